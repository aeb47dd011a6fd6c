package io.tcptracker.core;

import java.time.Instant;

/**
 * One TCP segment as seen on the wire: all that capture tells the rest. Immutable.
 *
 * @param time capture time in nanoseconds since 1970-01-01T00:00Z
 * @param source the sender
 * @param sourcePort 0 to 65535
 * @param destination the receiver
 * @param destinationPort 0 to 65535
 * @param flags the eight flag bits of RFC 9293, 3.1: {@link #SYN}, {@link #ACK} and the others
 */
public record Segment(
        long time, IpAddress source, int sourcePort, IpAddress destination, int destinationPort, int flags) {
    public static final int SYN = 0x02;
    public static final int ACK = 0x10;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** Whether this tries to open a connection: SYN set and ACK clear, whatever the other flags. */
    public boolean isAttempt() {
        return (flags & (SYN | ACK)) == SYN;
    }

    public Instant instant() {
        return Instant.ofEpochSecond(Math.floorDiv(time, NANOS_PER_SECOND), Math.floorMod(time, NANOS_PER_SECOND));
    }
}
