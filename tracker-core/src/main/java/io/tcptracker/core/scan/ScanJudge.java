package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The judge of the pairs in {@link PortColumns}, with the evidence for each verdict. Not threadsafe. */
final class ScanJudge {
    enum Verdict {
        NO_SCAN,
        /** The verdict depends on answers that may still come. */
        UNDECIDED,
        SCAN,
        SCAN_GOES_ON
    }

    /**
     * The probes with ACK that must come from one port to make a scan. Each connection of a client has a port of its own,
     * so a port that sends to several ports has no connection. Of two ports one in a thousand is mistaken for the other.
     */
    private static final int ACKS_ALIKE = 3;

    private final ScanPolicy policy;
    private final PortColumns columns;
    private final int enough;
    private final long window;
    /** Counters that are zero between calls of {@link #unansweredWithin}. */
    private final int[] acksFrom = new int[PackedPort.ORIGINS];

    ScanJudge(ScanPolicy policy, PortColumns columns) {
        this.policy = policy;
        this.columns = columns;
        enough = policy.ports() + 1;
        window = policy.window().toNanos();
    }

    /** Judges a pair by what is known at {@code now}, while the detector's clock shows {@code clock}. */
    Verdict judge(int row, long now, long clock) {
        if (columns.countWithin(row, now) < enough) {
            return Verdict.NO_SCAN;
        }
        boolean reported = columns.isReported(row);
        if (reported && clock - columns.reportedAt(row) <= window) {
            return Verdict.NO_SCAN;
        }
        if (policy.usesEvidence() && unansweredWithin(row, now) < policy.unanswered()) {
            return Verdict.UNDECIDED;
        }
        if (policy.rule() == Rule.DISTRIBUTED && addresses(row, now) * (long) ScanPolicy.DEFAULT.ports() < enough) {
            return Verdict.NO_SCAN;
        }
        columns.report(row, clock);
        return reported ? Verdict.SCAN_GOES_ON : Verdict.SCAN;
    }

    /** Returns zero for a pair that has been quiet for longer than a window; otherwise more the closer it is to a scan. */
    int strength(int row, long clock) {
        if (clock - columns.latest(row) > window) {
            return 0;
        }
        return columns.isReported(row) ? Integer.MAX_VALUE - 1 : 1 + columns.countWithin(row, newest(row));
    }

    /** Returns when the first pending port is filtered; {@link Long#MAX_VALUE} if no port is pending. */
    long nextTimeout(int row) {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < columns.size(row); i++) {
            int packed = columns.packed(row, i);
            if (PackedPort.isPending(packed)) {
                earliest = Math.min(earliest, columns.since(row, i) + columns.filteredAfter(packed));
            }
        }
        return earliest;
    }

    /**
     * Returns a time before which no port is filtered, whichever ports are tried next. {@link Long#MAX_VALUE} if no port is
     * pending.
     */
    long noTimeoutBefore(int row) {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < columns.size(row); i++) {
            if (PackedPort.isPending(columns.packed(row, i))) {
                earliest = Math.min(earliest, columns.since(row, i));
            }
        }
        return earliest == Long.MAX_VALUE
                ? earliest
                : earliest + policy.answerTimeout().toNanos();
    }

    /** Returns the time of the port tried last; long before the clock if a false time has set the clock forward. */
    private long newest(int row) {
        long newest = columns.time(row, 0);
        for (int i = 1; i < columns.size(row); i++) {
            newest = Math.max(newest, columns.time(row, i));
        }
        return newest;
    }

    private int unansweredWithin(int row, long now) {
        int count = 0;
        int acks = 0;
        for (int i = 0; i < columns.size(row); i++) {
            if (now - columns.time(row, i) > window) {
                continue;
            }
            int packed = columns.packed(row, i, now);
            if (PackedPort.kind(packed) == Kind.ACK) {
                acks = Math.max(acks, ++acksFrom[PackedPort.origin(packed)]);
            } else if (PackedPort.isUnanswered(packed)) {
                count++;
            }
        }
        for (int i = 0; acks > 0 && i < columns.size(row); i++) {
            acksFrom[PackedPort.origin(columns.packed(row, i))] = 0;
        }
        return acks >= ACKS_ALIKE ? count + acks : count;
    }

    /** Returns about how many addresses tried the ports within the window before {@code now}. */
    private int addresses(int row, long now) {
        long known = within(row, now)
                .filter(packed -> PackedPort.kind(packed) != Kind.ACK)
                .map(PackedPort::origin)
                .distinct()
                .count();
        return Math.max(1, Math.toIntExact(known));
    }

    /** Describes the scan by a pair, as known at {@code now}. */
    Scan scan(int row, IpAddress source, IpAddress destination, long now, boolean ongoing) {
        boolean sweep = policy.rule() == Rule.SWEEP;
        IpAddress named = policy.rule() == Rule.DISTRIBUTED ? IpAddress.UNSPECIFIED : source;
        List<Integer> tried = ports(row, now, any -> true);
        List<Integer> port = List.of((int) destination.low());
        Evidence evidence = evidence(row, now);
        return new Scan(
                policy.rule(),
                named,
                policy.prefix(named),
                addresses(row, now),
                sweep ? IpAddress.UNSPECIFIED : destination,
                sweep ? tried.size() : 1,
                instant(now),
                sweep ? port : tried,
                sweep ? evidence.ofPort(port) : evidence,
                ongoing);
    }

    private Evidence evidence(int row, long now) {
        return new Evidence(
                kind(row, now),
                instant(columns.begun(row)),
                instant(newest(row)),
                ports(row, now, packed -> PackedPort.state(packed) == PortState.OPEN),
                ports(row, now, packed -> PackedPort.state(packed) == PortState.CLOSED),
                ports(row, now, packed -> PackedPort.state(packed) == PortState.FILTERED));
    }

    /** Returns some of the ports tried at most a window before {@code now}, ascending. */
    private List<Integer> ports(int row, long now, IntPredicate which) {
        return within(row, now)
                .filter(which)
                .map(PackedPort::port)
                .sorted()
                .boxed()
                .toList();
    }

    private Kind kind(int row, long now) {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        // An answered port shows if a SYN leads to a connection.
        within(row, now)
                .mapToObj(PackedPort::kind)
                .forEach(each -> counts.merge(each == Kind.CONNECT ? Kind.SYN : each, 1, Integer::sum));
        Kind most =
                Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
        boolean completed = within(row, now).anyMatch(PackedPort::isCompleted);
        return most == Kind.SYN && completed ? Kind.CONNECT : most;
    }

    /** Returns the ports tried at most a window before {@code now}, with their states then. */
    private IntStream within(int row, long now) {
        return IntStream.range(0, columns.size(row))
                .filter(i -> now - columns.time(row, i) <= window)
                .map(i -> columns.packed(row, i, now));
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
