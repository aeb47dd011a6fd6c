package io.tcptracker.capture.decode;

import io.tcptracker.core.net.Segment;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of frames to TCP segments that the {@link SegmentFilter} wants. On a device the kernel's filter can't decide on
 * each frame, and in a file most frames are unwanted. Each byte may come from an attacker: nothing is read past the captured
 * length, each loop is bounded, and nothing is thrown.
 *
 * <p>Removes, before {@link IpDecoder} takes over: VLAN tags (IEEE 802.1Q, up to 3), PPPoE sessions (RFC 2516), MPLS
 * labels (RFC 3032), LLC/SNAP (RFC 1042).
 *
 * <p>Not threadsafe, but {@link #undecodable} may be called from any thread.
 */
public final class SegmentDecoder {
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int PPPOE_SESSION = 0x8864;
    private static final int MPLS_UNICAST = 0x8847;
    private static final int MPLS_MULTICAST = 0x8848;
    private static final int LARGEST_LENGTH = 1500; // IEEE 802.3: a length is at most this, an EtherType above

    private static final int TAGS = 3;
    private static final int LABELS = 8;

    private final FrameCursor frame = new FrameCursor();
    private final IpDecoder ip = new IpDecoder(frame);

    /** Returns the number of packets that made no sense, by reason. */
    public Map<String, Long> undecodable() {
        return frame.undecodable();
    }

    /**
     * Decodes the frame of {@code length} captured bytes at {@code offset}. Returns null if the frame has no segment, or none
     * that makes sense. No Optional is made, since most packets of a file end here. A first fragment too small for the flags
     * is a segment, and counts as undecodable too.
     *
     * @param link null if this type can't be decoded
     * @param time capture time in nanoseconds since 1970
     * @param bytes in big-endian order, on the heap or mapped; it is not copied
     */
    @Nullable
    public Segment decode(@Nullable LinkType link, long time, ByteBuffer bytes, int offset, int length) {
        frame.set(time, bytes, offset, length);
        if (link == null) {
            return frame.reject(DecodeFailure.LINK_TYPE);
        }
        return switch (link) {
            case ETHERNET -> ethertype(offset, 12, 14);
            case LINUX_COOKED -> ethertype(offset, 14, 16);
            case LINUX_COOKED_2 -> ethertype(offset, 0, 20);
            case LOOPBACK -> loopback(offset);
            case RAW -> raw(offset);
            case IPV4 -> ip.ipv4(offset);
            case IPV6 -> ip.ipv6(offset);
        };
    }

    private @Nullable Segment ethertype(int offset, int typeAt, int headerLength) {
        return frame.has(offset, headerLength)
                ? network(frame.u16(offset + typeAt), offset + headerLength)
                : frame.reject(DecodeFailure.TRUNCATED);
    }

    private @Nullable Segment network(int firstType, int start) {
        int type = firstType;
        int at = start;
        for (int tags = 0; isTag(type); tags++) {
            if (tags == TAGS) {
                return frame.reject(DecodeFailure.NESTING);
            }
            if (!frame.has(at, 4)) {
                return frame.reject(DecodeFailure.TRUNCATED);
            }
            type = frame.u16(at + 2);
            at += 4;
        }
        return switch (type) {
            case IPV4 -> ip.ipv4(at);
            case IPV6 -> ip.ipv6(at);
            case PPPOE_SESSION -> pppoe(at);
            case MPLS_UNICAST, MPLS_MULTICAST -> mpls(at);
            default -> type <= LARGEST_LENGTH ? snap(at) : null;
        };
    }

    /** Returns whether the type is a tag of IEEE 802.1Q or 802.1ad, or of the number for outer tags before 802.1ad. */
    private static boolean isTag(int type) {
        return type == 0x8100 || type == 0x88a8 || type == 0x9100;
    }

    private @Nullable Segment snap(int at) {
        boolean ethernetInside = frame.has(at, 8)
                && frame.u16(at) == 0xaaaa // both service access points
                && frame.u16(at + 2) == 0x0300 // unnumbered information, then the first byte of the organization
                && frame.u16(at + 4) == 0;
        if (!ethernetInside) {
            return null;
        }
        return switch (frame.u16(at + 6)) {
            case IPV4 -> ip.ipv4(at + 8);
            case IPV6 -> ip.ipv6(at + 8);
            default -> null;
        };
    }

    private @Nullable Segment pppoe(int at) {
        if (!frame.has(at, 8)) {
            return frame.reject(DecodeFailure.TRUNCATED);
        }
        return switch (frame.u16(at + 6)) {
            case 0x0021 -> ip.ipv4(at + 8);
            case 0x0057 -> ip.ipv6(at + 8);
            case 0x0281 -> mpls(at + 8);
            default -> null;
        };
    }

    private @Nullable Segment mpls(int start) {
        int at = start;
        for (int labels = 0; labels < LABELS; labels++) {
            if (!frame.has(at, 5)) {
                return frame.reject(DecodeFailure.TRUNCATED);
            }
            boolean bottom = (frame.u8(at + 2) & 1) != 0;
            at += 4;
            if (bottom) {
                // A label does not tell its payload. Any other first nibble is not IP (RFC 4928).
                return switch (frame.u8(at) >> 4) {
                    case 4 -> ip.ipv4(at);
                    case 6 -> ip.ipv6(at);
                    default -> null;
                };
            }
        }
        return frame.reject(DecodeFailure.NESTING);
    }

    private @Nullable Segment loopback(int at) {
        if (!frame.has(at, 4)) {
            return frame.reject(DecodeFailure.TRUNCATED);
        }
        // Families are small numbers, so the half that is zero shows the byte order.
        int family = frame.u16(at) == 0 ? frame.u16(at + 2) : frame.u8(at) | frame.u8(at + 1) << 8;
        return switch (family) {
            case 2 -> ip.ipv4(at + 4);
            case 10, 24, 28, 30 -> ip.ipv6(at + 4); // Linux; NetBSD and OpenBSD; FreeBSD; macOS
            default -> null;
        };
    }

    private @Nullable Segment raw(int at) {
        if (!frame.has(at, 1)) {
            return frame.reject(DecodeFailure.TRUNCATED);
        }
        return frame.u8(at) >> 4 == 6 ? ip.ipv6(at) : ip.ipv4(at);
    }
}
