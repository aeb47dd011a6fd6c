package io.tcptracker.capture.decode;

import io.tcptracker.core.net.Segment;
import java.util.Optional;

/**
 * The kernel's filter (pcap-filter(7)) for connection attempts, answers to them, and other probes. It keeps out the segments
 * within connections, which are most. The filter only saves work: the decoder checks each packet that passes.
 *
 * <p>In the filter language {@code tcp[...]} means IPv4 alone, so IPv6 is read by offset. Where offsets can't decide
 * (extension headers, several tags, MPLS), the packet passes.
 */
public final class SegmentFilter {
    private static final String FLAGS = " & 0x16 != 0x10"; // as wanted(int) has it
    private static final String FIRST_FRAGMENT = " & 0x1fff = 0";
    private static final String MORE_FRAGMENTS = " & 0x2000 != 0";

    private static final String BARE = any(
            // Fragments first. One may end before the flags, and a load past the end would end the whole filter.
            "(ip proto 6 and ip[6:2]" + FIRST_FRAGMENT + " and " + any("ip[6:2]" + MORE_FRAGMENTS, "tcp[13]" + FLAGS)
                    + ")",
            "(ip6[6] = 6 and ip6[53]" + FLAGS + ")",
            "(ip6 and " + extension("ip6[6]") + ")");

    private static final String TAG = "(ether[%1$d:2] = 0x8100 or ether[%1$d:2] = 0x88a8 or ether[%1$d:2] = 0x9100)";
    private static final String LABELLED = "(ether[%1$d:2] = 0x8847 or ether[%1$d:2] = 0x8848)";
    private static final String SESSION = "ether[%1$d:2] = 0x8864";

    private SegmentFilter() {}

    /** Returns whether segments with these flags are wanted: all except those with ACK and neither SYN nor RST. */
    public static boolean wanted(int flags) {
        return (flags & (Segment.SYN | Segment.RST | Segment.ACK)) != Segment.ACK;
    }

    /** Returns the filter for frames of this type, which must match {@code extra} too if it is present. */
    public static String of(LinkType link, Optional<String> extra) {
        String segments = link == LinkType.ETHERNET ? any(BARE, encapsulated()) : BARE;
        return extra.map(more -> "(" + segments + ") and (" + more + ")").orElse(segments);
    }

    private static String encapsulated() {
        String nested = any(TAG.formatted(16), LABELLED.formatted(16), SESSION.formatted(16));
        return any(
                // Nested headers first. A load past the end of a frame without IP header would end the whole filter.
                "(" + TAG.formatted(12) + " and " + any(nested, segment(18)) + ")",
                "(" + SESSION.formatted(12) + " and " + any("ether[20:2] = 0x0281", segment(22)) + ")",
                LABELLED.formatted(12));
    }

    /** Returns the filter for a wanted segment whose IP header is at this offset of an Ethernet frame. */
    private static String segment(int at) {
        String byte0 = "ether[" + at + "]";
        String fragment = "ether[" + (at + 6) + ":2]";
        String flags = "ether[((" + byte0 + " & 15) << 2) + " + (at + 13) + "]" + FLAGS;
        String v4 = "(" + byte0 + " & 0xf0 = 0x40 and ether[" + (at + 9) + "] = 6 and " + fragment + FIRST_FRAGMENT
                + " and " + any(fragment + MORE_FRAGMENTS, flags) + ")";
        String next = "ether[" + (at + 6) + "]";
        String v6 = "(" + byte0 + " & 0xf0 = 0x60 and "
                + any("(" + next + " = 6 and ether[" + (at + 53) + "]" + FLAGS + ")", extension(next)) + ")";
        return any(v4, v6);
    }

    private static String extension(String next) {
        return any(
                next + " = 0",
                next + " = 43",
                next + " = 44",
                next + " = 51",
                next + " = 60",
                next + " = 135",
                next + " = 139",
                next + " = 140");
    }

    private static String any(String... alternatives) {
        return "(" + String.join(" or ", alternatives) + ")";
    }
}
