package io.tcptracker.core.scan;

import io.tcptracker.core.net.PairHash;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanPolicy.Rule;

/**
 * A segment as a rule sees it: which source tries which port of which destination, or which port has answered. An instance
 * is filled again for each segment, so that nothing is allocated. Not threadsafe.
 */
final class SegmentView {
    enum Role {
        /** The segment doesn't concern the rule. */
        NONE,
        /** The source tries the port. */
        ATTEMPT,
        /** The destination has answered the source: the port is open, or closed. */
        ANSWER
    }

    /** Later times, which only a capture file can hold, count as this one, so that some minutes more are in range. */
    private static final long FARTHEST = Long.MAX_VALUE - (1L << 40);

    private final Rule rule;
    private final boolean probes;
    private final PairHash hash;
    private final long highMask;
    private final long lowMask;

    private Segment segment = Segment.v4(0, 0, 0, 0, 0, 0);
    private long time;
    private Role role = Role.NONE;
    private long addressHigh;
    private long addressLow;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private long key;
    private int packed;

    SegmentView(ScanPolicy policy, PairHash hash) {
        rule = policy.rule();
        probes = policy.usesEvidence();
        this.hash = hash;
        int length = policy.ipv6Prefix();
        highMask = length >= Long.SIZE ? -1 : -1L << (Long.SIZE - length);
        lowMask = length <= Long.SIZE ? 0 : -1L << (2 * Long.SIZE - length);
    }

    Role read(Segment read) {
        segment = read;
        time = Math.max(-FARTHEST, Math.min(FARTHEST, read.time()));
        Kind tried = Kind.of(read);
        if (tried != null && (probes || read.isAttempt())) {
            role = Role.ATTEMPT;
            fromSource(tried);
        } else if (read.isAnswer()) {
            role = Role.ANSWER;
            fromDestination(Kind.SYN, PortState.shownBy(read));
        } else {
            role = Role.NONE;
        }
        return role;
    }

    /** Returns whether the segment may be the reply to a probe with ACK, which no other segment shows. */
    boolean mayAnswerAckProbe() {
        return probes && rule.isAboutPairs() && segment.mayAnswerAckProbe();
    }

    boolean isBareReset() {
        return segment.isBareReset();
    }

    /** Reinterprets an RST as the sender's own, which ends a connection that the sender has opened. */
    void readAsOwnReset() {
        fromSource(Kind.SYN);
    }

    /** Reinterprets an RST as the reply to an ACK probe. */
    void readAsAckProbe() {
        fromDestination(Kind.ACK, PortState.CLOSED);
        packed = PackedPort.pack(PackedPort.port(packed), Kind.ACK, PortState.CLOSED, segment.destinationPort());
    }

    private void fromSource(Kind kind) {
        set(
                segment.sourceHigh(),
                segment.sourceLow(),
                segment.destinationHigh(),
                segment.destinationLow(),
                segment.destinationPort(),
                kind,
                PortState.PENDING);
    }

    private void fromDestination(Kind kind, PortState state) {
        set(
                segment.destinationHigh(),
                segment.destinationLow(),
                segment.sourceHigh(),
                segment.sourceLow(),
                segment.sourcePort(),
                kind,
                state);
    }

    private void set(long fromHigh, long fromLow, long toHigh, long toLow, int port, Kind kind, PortState state) {
        addressHigh = fromHigh;
        addressLow = fromLow;
        boolean whole = ScanPolicy.isSingleHost(fromHigh, fromLow);
        sourceHigh = whole ? fromHigh : fromHigh & highMask;
        sourceLow = whole ? fromLow : fromLow & lowMask;
        destinationHigh = toHigh;
        destinationLow = toLow;
        int item = port;
        if (rule == Rule.SWEEP) {
            item = (int) hash.of(0, 0, toHigh, toLow) & PackedPort.PORT;
            destinationHigh = 0;
            destinationLow = port;
        } else if (rule == Rule.DISTRIBUTED) {
            sourceHigh = 0;
            sourceLow = 0;
        }
        packed = PackedPort.pack(item, kind, state, fromHigh, fromLow);
        key = hash.of(sourceHigh, sourceLow, destinationHigh, destinationLow);
    }

    Role role() {
        return role;
    }

    long time() {
        return time;
    }

    /** Returns the hash of the pair. */
    long key() {
        return key;
    }

    /** Returns the port and what this segment shows of it, as {@link PackedPort}. */
    int packed() {
        return packed;
    }

    /** Returns the upper half of the source's own address. */
    long addressHigh() {
        return addressHigh;
    }

    long addressLow() {
        return addressLow;
    }

    /** Returns the upper half of the address that stands for the source: with IPv6 its prefix. */
    long sourceHigh() {
        return sourceHigh;
    }

    long sourceLow() {
        return sourceLow;
    }

    long destinationHigh() {
        return destinationHigh;
    }

    long destinationLow() {
        return destinationLow;
    }
}
