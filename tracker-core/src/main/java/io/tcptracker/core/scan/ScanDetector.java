package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PairHash;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanJudge.Verdict;
import io.tcptracker.core.scan.SegmentView.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A detector of sources that try more ports of a destination than a policy allows, within a sliding window of capture time.
 *
 * <p>Its clock is the latest time of any attempt, and never goes back. An attempt older than that counts at its own time.
 * The same segments therefore lead to the same verdicts, live and from a file. A pair is reported when it becomes a scan,
 * and again as {@linkplain Scan#ongoing() ongoing} once a window while it remains a scan. After a pair has been quiet for
 * longer than a window, it starts again as a new pair.
 *
 * <p>Port states are evidence: open, closed, or {@linkplain ScanPolicy#filteredAfter filtered}, to a 256th of the answer
 * timeout. No port counts as filtered before the first answer to any attempt was seen, as the capture may show one direction
 * only.
 *
 * <p>All memory is taken at the start, {@link ScanPolicy#memory} of it, and no more for any traffic. Three quarters are for
 * pairs with one port. A pair that tries a second port moves to the last quarter, where no pair with one port can evict it. So
 * a flood of spoofed sources, a packet each, can hide only a scanner that is slow between its <em>first two</em> ports. The
 * default's 48 MiB hold the latest 2.3 million such sources: 23 s of a flood of 100,000 a second. A flood whose sources try two ports each fills the last quarter: 110,000 pairs, half of them with evidence.
 *
 * <p>Not threadsafe: one thread adds. Any thread may read the {@link #statistics}.
 */
public final class ScanDetector {
    private final ScanPolicy policy;
    private final PairHash hash;
    private final SegmentView view;
    private final PairStore pairs;
    private final MultiPortTable several;
    private final PortColumns columns;
    private final ScanJudge judge;
    private final AnswerDeadlines deadlines;
    private final TableStatistics statistics;
    private final List<Scan> scans = new ArrayList<>();
    /** The latest time of any attempt. */
    private long clock = Long.MIN_VALUE;
    /** The latest time of any segment. */
    private long latest = Long.MIN_VALUE;

    /** Makes a detector whose tables an attacker can't aim at. */
    public ScanDetector(ScanPolicy policy) {
        this(policy, PairHash.random());
    }

    /** Makes a detector whose losses in a flood can be repeated, as the hash is given. */
    public ScanDetector(ScanPolicy policy, PairHash hash) {
        this.policy = policy;
        this.hash = hash;
        view = new SegmentView(policy, hash);
        statistics = new TableStatistics(policy.window().toNanos());
        several = new MultiPortTable(policy, PairStore.bytesOfSeveral(policy));
        pairs = new PairStore(policy, several, statistics);
        columns = several.columns();
        judge = several.judge();
        deadlines = new AnswerDeadlines(
                policy.usesEvidence() ? several.size() : 0,
                policy.answerTimeout().toNanos());
    }

    /** Adds a segment, and returns the scans that it or the end of an answer timeout reveals: mostly none. */
    public List<Scan> add(Segment segment) {
        if (view.read(segment) != Role.NONE) {
            add(view, scans::add);
        }
        return takeScans();
    }

    /**
     * Records that time has passed without a segment, and returns the scans that the ends of answer timeouts reveal. Call it
     * now and then if the policy {@linkplain ScanPolicy#usesEvidence uses evidence}.
     *
     * @param until capture time in nanoseconds since 1970, before which there are no more segments
     */
    public List<Scan> idle(long until) {
        judgeOverdue(until, scans::add);
        return takeScans();
    }

    private List<Scan> takeScans() {
        List<Scan> taken = List.copyOf(scans);
        scans.clear();
        return taken;
    }

    /**
     * Returns a sink that adds the segments of a source, and gives each scan to {@code found}. In a flood it takes half the
     * time of {@link #add}: sources lie all over the memory, and the processor fetches several at a time.
     */
    public PacketSource.Sink sink(Consumer<? super Scan> found) {
        return new Batch(found);
    }

    private void add(SegmentView seen, Consumer<? super Scan> found) {
        latest = Math.max(latest, seen.time());
        judgeOverdue(latest, found);
        if (seen.role() == Role.ATTEMPT) {
            addAttempt(seen, found);
        } else if (!addAnswer(seen, found) && policy.usesEvidence() && seen.isBareReset()) {
            addReset(seen, found);
        }
    }

    /** Judges the pairs whose answer timeouts have ended. */
    private void judgeOverdue(long until, Consumer<? super Scan> found) {
        long bothDirectionsSince = columns.bothDirectionsSince();
        if (bothDirectionsSince == Long.MAX_VALUE || until < bothDirectionsSince) {
            return;
        }
        for (int row = deadlines.poll(until); row >= 0; row = deadlines.poll(until)) {
            long timeout = judge.nextTimeout(row);
            if (timeout == Long.MAX_VALUE) {
                continue;
            }
            long at = Math.max(bothDirectionsSince, deadlines.endOfSlice(timeout));
            if (at > until) {
                deadlines.add(row, timeout);
            } else {
                columns.applyTimeouts(row, at);
                Verdict verdict = judge.judge(row, at, Math.max(at, columns.latest(row)));
                report(row, verdict, columns.addressHigh(row), columns.addressLow(row), at, found);
            }
        }
    }

    private void addAttempt(SegmentView seen, Consumer<? super Scan> found) {
        clock = Math.max(clock, seen.time());
        int row = pairs.attempt(seen, clock);
        if (row < 0) {
            return;
        }
        if (policy.usesEvidence()) {
            columns.setAddress(row, seen.addressHigh(), seen.addressLow());
        }
        judge(row, seen, found);
    }

    /** Records an answer; returns false if no attempt at the port is known. */
    private boolean addAnswer(SegmentView seen, Consumer<? super Scan> found) {
        boolean closed = PackedPort.state(seen.packed()) == PortState.CLOSED;
        int before = pairs.update(seen, closed ? PackedPort::asClosed : PackedPort::asOpen);
        if (before < 0) {
            return false;
        }
        // The attempt may be known by an earlier RST alone, which came from the same side.
        if (PackedPort.kind(before) != Kind.ACK) {
            columns.seeBothDirections(latest);
            statistics.answered();
        }
        int row = closed && policy.usesEvidence() ? several.find(seen) : -1;
        if (row >= 0) {
            judge(row, seen, found);
        }
        return true;
    }

    /** Records an RST that answers no known attempt: its sender ends a connection, or there was a probe with ACK. */
    private void addReset(SegmentView seen, Consumer<? super Scan> found) {
        boolean mayAnswerProbe = seen.mayAnswerAckProbe() && !pairs.hasForgotten(seen);
        seen.readAsOwnReset();
        if (pairs.update(seen, PackedPort::asHalfOpen) < 0 && mayAnswerProbe && !pairs.hasForgotten(seen)) {
            seen.readAsAckProbe();
            addAttempt(seen, found);
        }
    }

    private void judge(int row, SegmentView seen, Consumer<? super Scan> found) {
        Verdict verdict = judge.judge(row, seen.time(), clock);
        report(row, verdict, seen.addressHigh(), seen.addressLow(), seen.time(), found);
    }

    private void report(int row, Verdict verdict, long high, long low, long time, Consumer<? super Scan> found) {
        if (verdict == Verdict.UNDECIDED) {
            awaitAnswers(row, time);
        } else if (verdict != Verdict.NO_SCAN) {
            IpAddress source = new IpAddress(high, low);
            found.accept(judge.scan(row, source, several.destination(row), time, verdict == Verdict.SCAN_GOES_ON));
        }
    }

    private void awaitAnswers(int row, long time) {
        long timeout = judge.nextTimeout(row);
        // A timeout that is over has been judged, unless no port can be filtered yet. With absurd times it could go on
        // for ever.
        if (timeout != Long.MAX_VALUE && (timeout >= time || columns.bothDirectionsSince() == Long.MAX_VALUE)) {
            deadlines.add(row, judge.noTimeoutBefore(row));
        }
    }

    /** Returns how full the memory is, and so what floods may hide. May be called from any thread. */
    public DetectorStatistics statistics() {
        return statistics.statistics();
    }

    /** A sink that collects segments and adds them together. */
    private final class Batch implements PacketSource.Sink {
        /** Some more than the reads from memory that a processor has under way at once. */
        private static final int SIZE = 16;

        private final Consumer<? super Scan> found;
        private final SegmentView[] seen = new SegmentView[SIZE];
        private int count;
        /** The sum of the reads, which the compiler would remove without it. */
        @SuppressWarnings("UnusedVariable")
        private long touched;

        Batch(Consumer<? super Scan> found) {
            this.found = found;
            Arrays.setAll(seen, any -> new SegmentView(policy, hash));
        }

        @Override
        public void accept(Segment segment) {
            if (seen[count].read(segment) == Role.NONE) {
                return;
            }
            count++;
            if (count == SIZE) {
                flush();
            }
        }

        @Override
        public void idle(long until) {
            flush();
            judgeOverdue(until, found);
        }

        private void flush() {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += pairs.touch(seen[i].key());
            }
            touched += sum;
            for (int i = 0; i < count; i++) {
                add(seen[i], found);
            }
            count = 0;
        }
    }
}
