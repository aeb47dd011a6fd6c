package io.tcptracker.capture.decode;

import io.tcptracker.core.net.Segment;
import org.jspecify.annotations.Nullable;

/**
 * The decoder of IPv4 (RFC 791) and IPv6 packets (RFC 8200) with a TCP segment. Tunnels and packets quoted in ICMP errors are
 * payload. Only the first fragment of a packet counts. A first fragment that holds the ports and ends before the flags is
 * marked as a {@link Segment#FRAGMENT}.
 *
 * <p>Not threadsafe.
 */
final class IpDecoder {
    private static final int TCP = 6;
    private static final int PORTS = 4;
    private static final int OFFSET_AT = 12;
    private static final int FLAGS_AT = 13;
    /** The length in words of 4 bytes of a header with a maximum segment size and no other option. */
    private static final int HEADER_WITH_ONE_OPTION = 6;

    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int EXTENSION_HEADERS = 8;
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    private final FrameCursor frame;

    IpDecoder(FrameCursor frame) {
        this.frame = frame;
    }

    @Nullable
    Segment ipv4(int at) {
        if (!frame.has(at, 20)) {
            return frame.reject(DecodeFailure.TRUNCATED);
        }
        int headerLength = (frame.u8(at) & 15) * 4;
        int totalLength = frame.u16(at + 2);
        // Segmentation offload leaves a total length of 0: the packet is then as long as the frame.
        if (frame.u8(at) >> 4 != 4 || headerLength < 20 || (totalLength != 0 && totalLength < headerLength)) {
            return frame.reject(DecodeFailure.IP_HEADER);
        }
        int fragment = frame.u16(at + 6);
        boolean laterFragment = (fragment & 0x1fff) != 0;
        if (frame.u8(at + 9) != TCP || laterFragment) {
            return null;
        }
        int packetEnd = totalLength == 0 ? UNBOUNDED : at + totalLength;
        boolean moreFragments = (fragment & 0x2000) != 0;
        return tcp(at + headerLength, packetEnd, moreFragments, at + 12, true);
    }

    @Nullable
    Segment ipv6(int at) {
        if (!frame.has(at, 40)) {
            return frame.reject(DecodeFailure.TRUNCATED);
        }
        // No host sends an IPv4-mapped address (RFC 4291, 2.5.5.2) over IPv6. It would count as an IPv4 address, and a
        // sender that can't spoof that IPv4 address could have it banned.
        if (frame.u8(at) >> 4 != 6 || isMapped(at + 8) || isMapped(at + 24)) {
            return frame.reject(DecodeFailure.IP_HEADER);
        }
        int payloadLength = frame.u16(at + 4);
        return extensions(at, payloadLength == 0 ? UNBOUNDED : at + 40 + payloadLength);
    }

    private @Nullable Segment extensions(int at, int packetEnd) {
        int next = frame.u8(at + 6);
        int here = at + 40;
        boolean moreFragments = false;
        for (int headers = 0; headers <= EXTENSION_HEADERS; headers++) {
            if (next == TCP) {
                return tcp(here, packetEnd, moreFragments, at + 8, false);
            }
            if (!isExtension(next)) {
                return null;
            }
            if (here + 8 > packetEnd) {
                return frame.reject(moreFragments ? DecodeFailure.TINY_FRAGMENT : DecodeFailure.IP_HEADER);
            }
            if (!frame.has(here, 8)) {
                return frame.reject(DecodeFailure.TRUNCATED);
            }
            if (next == FRAGMENT) {
                int fragment = frame.u16(here + 2);
                boolean laterFragment = (fragment & 0xfff8) != 0;
                if (laterFragment) {
                    return null;
                }
                moreFragments = (fragment & 1) != 0;
            }
            int length = extensionLength(next, frame.u8(here + 1));
            next = frame.u8(here);
            here += length;
        }
        return frame.reject(DecodeFailure.NESTING);
    }

    private boolean isMapped(int addressAt) {
        return frame.s64(addressAt) == 0 && frame.s32(addressAt + 8) == 0xffff;
    }

    /** Returns whether the header is in IANA's list of IPv6 extension headers. Encryption hides all behind it. */
    private static boolean isExtension(int header) {
        return switch (header) {
            case 0, 43, FRAGMENT, AUTHENTICATION, 60, 135, 139, 140 -> true;
            default -> false;
        };
    }

    private static int extensionLength(int header, int field) {
        return switch (header) {
            case FRAGMENT -> 8;
            case AUTHENTICATION -> (field + 2) * 4; // RFC 4302, 2.2
            default -> (field + 1) * 8;
        };
    }

    private @Nullable Segment tcp(int at, int packetEnd, boolean moreFragments, int addressesAt, boolean v4) {
        if (at + FLAGS_AT >= packetEnd) {
            frame.reject(moreFragments ? DecodeFailure.TINY_FRAGMENT : DecodeFailure.TCP_HEADER);
            boolean ports = moreFragments && at + PORTS <= packetEnd && frame.has(at, PORTS);
            return ports ? segment(at, addressesAt, v4, Segment.FRAGMENT) : null;
        }
        if (!frame.has(at, FLAGS_AT + 1)) {
            return frame.reject(DecodeFailure.TRUNCATED);
        }
        int words = frame.u8(at + OFFSET_AT) >> 4;
        if (words < 5) {
            return frame.reject(DecodeFailure.TCP_HEADER);
        }
        int flags = frame.u8(at + FLAGS_AT);
        if (!SegmentFilter.wanted(flags)) {
            return null;
        }
        return segment(at, addressesAt, v4, words > HEADER_WITH_ONE_OPTION ? flags | Segment.OPTIONS : flags);
    }

    private Segment segment(int at, int addressesAt, boolean v4, int flags) {
        return v4
                ? Segment.v4(
                        frame.time(),
                        frame.s32(addressesAt),
                        frame.u16(at),
                        frame.s32(addressesAt + 4),
                        frame.u16(at + 2),
                        flags)
                : new Segment(
                        frame.time(),
                        frame.s64(addressesAt),
                        frame.s64(addressesAt + 8),
                        frame.u16(at),
                        frame.s64(addressesAt + 16),
                        frame.s64(addressesAt + 24),
                        frame.u16(at + 2),
                        flags);
    }
}
