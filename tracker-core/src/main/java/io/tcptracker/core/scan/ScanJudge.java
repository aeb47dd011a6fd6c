package io.tcptracker.core.scan;

import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Verdicts on the pairs of {@link PortColumns}, and what they rest on. Not threadsafe. */
final class ScanJudge {
    enum Verdict {
        NO_SCAN,
        /** It depends on answers that may still come. */
        UNDECIDED,
        SCAN,
        SCAN_GOES_ON
    }

    /**
     * Each connection has a port of its own at the client's side: what comes from one port to several is none. Of two ports
     * one in a thousand is taken for the other.
     */
    private static final int ACKS_ALIKE = 3;

    private final ScanPolicy policy;
    private final PortColumns rows;
    private final int enough;
    private final long window;
    /** For {@link #unansweredWithin} alone, and zero else. */
    private final int[] acksFrom = new int[PackedPort.ORIGINS];

    ScanJudge(ScanPolicy policy, PortColumns rows) {
        this.policy = policy;
        this.rows = rows;
        enough = policy.ports() + 1;
        window = policy.window().toNanos();
    }

    /** What is known of a pair at {@code now}, while the detector's clock shows {@code clock}. */
    Verdict judge(int row, long now, long clock) {
        if (rows.countWithin(row, now) < enough) {
            return Verdict.NO_SCAN;
        }
        boolean reported = rows.isReported(row);
        if (reported && clock - rows.reportedAt(row) <= window) {
            return Verdict.NO_SCAN;
        }
        if (policy.goesByAnswers() && unansweredWithin(row, now) < policy.unanswered()) {
            return Verdict.UNDECIDED;
        }
        if (policy.rule() == Rule.DISTRIBUTED && addresses(row, now) * (long) ScanPolicy.DEFAULT.ports() < enough) {
            return Verdict.NO_SCAN;
        }
        rows.report(row, clock);
        return reported ? Verdict.SCAN_GOES_ON : Verdict.SCAN;
    }

    /** Zero if the pair has been quiet for longer than a window, else the more the closer it is to a scan. */
    int strength(int row, long clock) {
        if (clock - rows.latest(row) > window) {
            return 0;
        }
        return rows.isReported(row) ? Integer.MAX_VALUE - 1 : 1 + rows.countWithin(row, rows.newest(row));
    }

    private int unansweredWithin(int row, long now) {
        int count = 0;
        int acks = 0;
        for (int i = 0; i < rows.size(row); i++) {
            if (now - rows.time(row, i) > window) {
                continue;
            }
            int marked = rows.marked(row, i, now);
            if (PackedPort.kind(marked) == Kind.ACK) {
                acks = Math.max(acks, ++acksFrom[PackedPort.origin(marked)]);
            } else if (PackedPort.isUnanswered(marked)) {
                count++;
            }
        }
        for (int i = 0; acks > 0 && i < rows.size(row); i++) {
            acksFrom[PackedPort.origin(rows.marked(row, i))] = 0;
        }
        return acks >= ACKS_ALIKE ? count + acks : count;
    }

    /** How many addresses tried the ports attempted at most a window before {@code now}, about. */
    int addresses(int row, long now) {
        long known = rows.within(row, now)
                .filter(marked -> PackedPort.kind(marked) != Kind.ACK)
                .map(PackedPort::origin)
                .distinct()
                .count();
        return Math.max(1, Math.toIntExact(known));
    }

    /** The ports attempted at most a window before {@code now}, ascending. */
    List<Integer> portsWithin(int row, long now) {
        return listed(row, now, any -> true);
    }

    Evidence evidence(int row, long now) {
        return new Evidence(
                kind(row, now),
                instant(rows.begun(row)),
                instant(rows.newest(row)),
                listed(row, now, marked -> PackedPort.state(marked) == PackedPort.ANSWERED),
                listed(row, now, marked -> PackedPort.state(marked) == PackedPort.REFUSED),
                listed(row, now, marked -> PackedPort.state(marked) == PackedPort.SILENT));
    }

    private List<Integer> listed(int row, long now, IntPredicate which) {
        return rows.within(row, now)
                .filter(which)
                .map(PackedPort::port)
                .sorted()
                .boxed()
                .toList();
    }

    private Kind kind(int row, long now) {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        // Whether a SYN leads to a connection shows where one is answered.
        rows.within(row, now)
                .mapToObj(PackedPort::kind)
                .forEach(each -> counts.merge(each == Kind.CONNECT ? Kind.SYN : each, 1, Integer::sum));
        Kind most =
                Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
        boolean completed = rows.within(row, now).anyMatch(PackedPort::isCompleted);
        return most == Kind.SYN && completed ? Kind.CONNECT : most;
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
