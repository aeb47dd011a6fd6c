package io.tcptracker.core.scan;

import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanPolicy.Rule;

/**
 * A segment as a rule sees it: who tries which port of whom, or has that answered. Filled anew for each segment, so that
 * nothing is allocated. Not threadsafe.
 */
final class SegmentView {
    enum Role {
        /** Of no interest. */
        NONE,
        /** The source tries the port. */
        ATTEMPT,
        /** The destination has answered the source: the port is open, or closed. */
        ANSWER
    }

    /** Times past it, which only a capture file can hold, count as this one, so that some minutes more are in range. */
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
    private int marked;

    SegmentView(ScanPolicy policy, PairHash hash) {
        rule = policy.rule();
        probes = policy.goesByAnswers();
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
            fromDestination(Kind.SYN, (read.flags() & Segment.RST) != 0 ? PackedPort.REFUSED : PackedPort.ANSWERED);
        } else {
            role = Role.NONE;
        }
        return role;
    }

    /** Whether it may be all that tells of a probe, which it answers. */
    boolean mayTellOfProbe() {
        return probes && (rule == Rule.VERTICAL || rule == Rule.SLOW) && segment.mayTellOfProbe();
    }

    boolean isBareReset() {
        return segment.isBareReset();
    }

    /** Takes an RST for the sender's own, by which it ends a connection that it has opened. */
    void takeForOwnReset() {
        fromSource(Kind.SYN);
    }

    /** Takes an RST for what tells of a probe. */
    void takeForProbe() {
        fromDestination(Kind.ACK, PackedPort.REFUSED);
        marked = PackedPort.of(PackedPort.port(marked), Kind.ACK, PackedPort.REFUSED, segment.destinationPort());
    }

    private void fromSource(Kind kind) {
        set(
                segment.sourceHigh(),
                segment.sourceLow(),
                segment.destinationHigh(),
                segment.destinationLow(),
                segment.destinationPort(),
                kind,
                PackedPort.PENDING);
    }

    private void fromDestination(Kind kind, int state) {
        set(
                segment.destinationHigh(),
                segment.destinationLow(),
                segment.sourceHigh(),
                segment.sourceLow(),
                segment.sourcePort(),
                kind,
                state);
    }

    private void set(long fromHigh, long fromLow, long toHigh, long toLow, int port, Kind kind, int state) {
        addressHigh = fromHigh;
        addressLow = fromLow;
        boolean whole = ScanPolicy.isToldApart(fromHigh, fromLow);
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
        marked = PackedPort.of(item, kind, state, fromHigh, fromLow);
        key = hash.of(sourceHigh, sourceLow, destinationHigh, destinationLow);
    }

    Role role() {
        return role;
    }

    long time() {
        return time;
    }

    /** The hash of the pair. */
    long key() {
        return key;
    }

    /** The port and what is known of it by this segment. */
    int marked() {
        return marked;
    }

    /** The source itself. */
    long addressHigh() {
        return addressHigh;
    }

    long addressLow() {
        return addressLow;
    }

    /** What the source is told apart by. */
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
