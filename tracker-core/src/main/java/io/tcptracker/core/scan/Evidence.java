package io.tcptracker.core.scan;

import io.tcptracker.core.net.Segment;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verdict rests on. Of the ports of a {@link Scan}, those in none of the lists had neither been answered nor waited
 * for long enough when it was reached. Immutable.
 *
 * @param kind how most of the ports were tried
 * @param first capture time of the first attempt since the source was last quiet for a window
 * @param last capture time of the latest attempt
 * @param answered ports that the destination answered with SYN-ACK, ascending
 * @param refused ports that it answered with RST, ascending
 * @param silent ports from which no answer came in time, ascending; none in a capture that shows one direction only
 */
public record Evidence(
        Kind kind, Instant first, Instant last, List<Integer> answered, List<Integer> refused, List<Integer> silent) {
    public Evidence {
        answered = List.copyOf(answered);
        refused = List.copyOf(refused);
        silent = List.copyOf(silent);
    }

    /** The same of a single port, which was tried on many hosts. */
    Evidence ofPort(List<Integer> port) {
        return new Evidence(
                kind,
                first,
                last,
                answered.isEmpty() ? List.of() : port,
                refused.isEmpty() ? List.of() : port,
                silent.isEmpty() ? List.of() : port);
    }

    /** How a port is tried (Lyon: Nmap Network Scanning, 2009, chapter 5). */
    public enum Kind {
        /** With a SYN. What is answered is not taken up, or nothing is answered. */
        SYN,
        /** With a SYN by an operating system's own {@code connect}, which completes where it is answered. */
        CONNECT,
        /** With a FIN alone. */
        FIN,
        /** With no flag. */
        NULL,
        /** With FIN, PSH and URG, or others without SYN, ACK and RST. */
        XMAS,
        /** With an ACK or FIN-ACK of no connection, which the destination tells by its RST: ACK, Window and Maimon scans. */
        ACK,
        /** With a first fragment too small to hold the flags. */
        FRAGMENTED;

        private static final int NO_PROBE = Segment.SYN | Segment.ACK | Segment.RST;

        /** How a segment by itself tries its destination's port; null if it doesn't. */
        public static @Nullable Kind of(Segment segment) {
            int flags = segment.flags();
            if (segment.isAttempt()) {
                return (flags & Segment.OPTIONS) == 0 ? SYN : CONNECT;
            }
            if ((flags & Segment.FRAGMENT) != 0) {
                return FRAGMENTED;
            }
            if ((flags & NO_PROBE) != 0) {
                return null;
            }
            return switch (flags & (Segment.FIN | Segment.PSH | Segment.URG)) {
                case 0 -> NULL;
                case Segment.FIN -> FIN;
                default -> XMAS;
            };
        }
    }
}
