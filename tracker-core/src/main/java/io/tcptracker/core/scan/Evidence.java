package io.tcptracker.core.scan;

import io.tcptracker.core.net.Segment;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The port states that a verdict rests on. The ports of a {@link Scan} that are in none of the lists were {@linkplain
 * PortState#PENDING pending} when the verdict was reached. Immutable.
 *
 * @param kind how most of the ports were tried
 * @param first capture time of the first probe since the source was last quiet for a window
 * @param last capture time of the latest probe
 * @param answered open ports, ascending
 * @param refused closed ports, ascending
 * @param silent filtered ports, ascending; none in a capture that shows one direction only
 */
public record Evidence(
        Kind kind, Instant first, Instant last, List<Integer> answered, List<Integer> refused, List<Integer> silent) {
    public Evidence {
        answered = List.copyOf(answered);
        refused = List.copyOf(refused);
        silent = List.copyOf(silent);
    }

    /** Returns the same evidence for a single port, which was tried on many hosts. */
    Evidence ofPort(List<Integer> port) {
        return new Evidence(
                kind,
                first,
                last,
                answered.isEmpty() ? List.of() : port,
                refused.isEmpty() ? List.of() : port,
                silent.isEmpty() ? List.of() : port);
    }

    /** The way in which a port is tried (Lyon: Nmap Network Scanning, 2009, chapter 5). */
    public enum Kind {
        /** A SYN, where the source completes no connection. */
        SYN,
        /** A SYN by an operating system's own {@code connect}, which completes the connection if the port is open. */
        CONNECT,
        /** A FIN alone. */
        FIN,
        /** No flag. */
        NULL,
        /** FIN, PSH and URG, or others without SYN, ACK and RST. */
        XMAS,
        /** An ACK or FIN-ACK of no connection, which shows by the destination's RST: ACK, Window and Maimon scans. */
        ACK,
        /** A first fragment too small to hold the flags. */
        FRAGMENTED;

        private static final int NO_PROBE = Segment.SYN | Segment.ACK | Segment.RST;

        /** Returns how a segment by itself tries its destination's port; null if it is no probe. */
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

        /** Returns whether the probe is an attempt, as ordinary clients send too; the others come from scanners alone. */
        public boolean isAttempt() {
            return this == SYN || this == CONNECT;
        }
    }
}
