package io.tcptracker.core.net;

import java.time.Instant;

/**
 * A TCP segment as seen on the wire: all that the capture passes on. Immutable.
 *
 * <p>The class is no record, as it holds the bits of the addresses. So each packet is one object of 64 bytes, where a record
 * that refers to addresses takes 100.
 */
public final class Segment {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;

    /**
     * A mark of our own: the first fragment of a segment, too small to hold the flags. No ordinary sender makes such
     * fragments. The eight flag bits are 0 then and mean nothing.
     */
    public static final int FRAGMENT = 0x100;

    /**
     * A mark of our own: the TCP header is longer than 24 bytes, so it holds more options than a maximum segment size. The
     * SYNs of operating systems do. Programs that make their own SYNs send that option alone, or none.
     */
    public static final int OPTIONS = 0x200;

    /** The first port that Linux picks for the connections it opens; IANA's range is above it. */
    private static final int LEAST_EPHEMERAL = 32_768;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long time;
    private final long sourceHigh;
    private final long sourceLow;
    private final long destinationHigh;
    private final long destinationLow;
    private final int sourcePort;
    private final int destinationPort;
    private final int flags;

    /**
     * @param time capture time in nanoseconds since 1970-01-01T00:00Z
     * @param source the sender
     * @param sourcePort 0 to 65535
     * @param destination the receiver
     * @param destinationPort 0 to 65535
     * @param flags the eight flag bits of RFC 9293, 3.1, such as {@link #SYN}; above them our own marks {@link #FRAGMENT} and
     *     {@link #OPTIONS}
     */
    public Segment(long time, IpAddress source, int sourcePort, IpAddress destination, int destinationPort, int flags) {
        this(
                time,
                source.high(),
                source.low(),
                sourcePort,
                destination.high(),
                destination.low(),
                destinationPort,
                flags);
    }

    /** Makes a segment without other objects, from the halves of {@link IpAddress}. */
    public Segment(
            long time,
            long sourceHigh,
            long sourceLow,
            int sourcePort,
            long destinationHigh,
            long destinationLow,
            int destinationPort,
            int flags) {
        this.time = time;
        this.sourceHigh = sourceHigh;
        this.sourceLow = sourceLow;
        this.sourcePort = sourcePort;
        this.destinationHigh = destinationHigh;
        this.destinationLow = destinationLow;
        this.destinationPort = destinationPort;
        this.flags = flags;
    }

    /** Makes a segment between two IPv4 addresses, each of 32 bits. */
    public static Segment v4(long time, int source, int sourcePort, int destination, int destinationPort, int flags) {
        return new Segment(
                time,
                0,
                IpAddress.lowOfV4(source),
                sourcePort,
                0,
                IpAddress.lowOfV4(destination),
                destinationPort,
                flags);
    }

    public long time() {
        return time;
    }

    /** Returns the sender, a new object at each call. */
    public IpAddress source() {
        return new IpAddress(sourceHigh, sourceLow);
    }

    public int sourcePort() {
        return sourcePort;
    }

    /** Returns the receiver, a new object at each call. */
    public IpAddress destination() {
        return new IpAddress(destinationHigh, destinationLow);
    }

    public int destinationPort() {
        return destinationPort;
    }

    /** Returns the eight flag bits, and above them our own marks. */
    public int flags() {
        return flags;
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    /** Returns whether the segment tries to open a connection: SYN set and ACK clear, with any other flags. */
    public boolean isAttempt() {
        return (flags & (SYN | ACK)) == SYN;
    }

    /** Returns whether the segment answers an attempt: with SYN and ACK from an open port, or with RST from a closed port. */
    public boolean isAnswer() {
        return (flags & FRAGMENT) == 0 && ((flags & (SYN | ACK)) == (SYN | ACK) || (flags & RST) != 0);
    }

    /** Returns whether the segment is an RST without ACK. */
    public boolean isBareReset() {
        return (flags & (RST | ACK)) == RST;
    }

    /**
     * Returns whether the segment may answer a probe with ACK, which by itself looks like any other segment. A segment of no
     * connection is answered by an RST without ACK (RFC 9293, 3.10.7.1). A late segment of a closed connection is too, mostly
     * at the side that opened the connection. But that side has a port which its system picked.
     */
    public boolean mayAnswerAckProbe() {
        return isBareReset() && sourcePort < LEAST_EPHEMERAL && sourcePort < destinationPort;
    }

    /** Returns the capture time. */
    public Instant instant() {
        return Instant.ofEpochSecond(Math.floorDiv(time, NANOS_PER_SECOND), Math.floorMod(time, NANOS_PER_SECOND));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Segment that
                && time == that.time
                && sourceHigh == that.sourceHigh
                && sourceLow == that.sourceLow
                && sourcePort == that.sourcePort
                && destinationHigh == that.destinationHigh
                && destinationLow == that.destinationLow
                && destinationPort == that.destinationPort
                && flags == that.flags;
    }

    @Override
    public int hashCode() {
        int hash = source().hashCode() * 31 + destination().hashCode();
        return ((hash * 31 + Long.hashCode(time)) * 31 + (sourcePort << 16 ^ destinationPort)) * 31 + flags;
    }

    @Override
    public String toString() {
        return "Segment[time=" + time + ", source=" + source() + ", sourcePort=" + sourcePort + ", destination="
                + destination() + ", destinationPort=" + destinationPort + ", flags=" + flags + "]";
    }
}
