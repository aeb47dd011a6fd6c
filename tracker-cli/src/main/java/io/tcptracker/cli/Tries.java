package io.tcptracker.cli;

import io.tcptracker.core.Evidence.Kind;
import io.tcptracker.core.Segment;
import org.jspecify.annotations.Nullable;

/** Which segments try a port, and how. */
final class Tries {
    private static final int NO_PROBE = Segment.SYN | Segment.ACK | Segment.RST;

    private Tries() {}

    /** How it tries its destination's port; null if it doesn't. */
    static @Nullable Kind kind(Segment segment) {
        int flags = segment.flags();
        if (segment.isAttempt()) {
            return Kind.SYN;
        }
        if ((flags & Segment.FRAGMENT) != 0) {
            return Kind.FRAGMENTED;
        }
        if ((flags & NO_PROBE) != 0) {
            return null;
        }
        return switch (flags & (Segment.FIN | Segment.PSH | Segment.URG)) {
            case 0 -> Kind.NULL;
            case Segment.FIN -> Kind.FIN;
            default -> Kind.XMAS;
        };
    }

    /**
     * Whether it may answer a probe with ACK, which by itself looks like any other segment: RST without ACK (RFC 9293,
     * 3.10.7.1) from the lower port, which no system picks for itself, as the side that opened a connection ends it by the same.
     */
    static boolean mayTellOfAck(Segment segment) {
        return (segment.flags() & (Segment.RST | Segment.ACK)) == Segment.RST
                && segment.sourcePort() < 32_768
                && segment.sourcePort() < segment.destinationPort();
    }
}
