package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanJudge.Verdict;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import io.tcptracker.core.scan.SegmentView.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds sources that try more ports of a destination than a policy allows, within a sliding window of capture time.
 *
 * <p>Its clock is the latest time of any attempt, and never goes back; an attempt older than that counts at its own time.
 * The same segments therefore lead to the same verdicts, live and from a file. A pair is reported when it becomes a scan,
 * and again as {@linkplain Scan#ongoing() ongoing} once a window while it remains one; after a pair has been quiet for
 * longer than a window it starts afresh.
 *
 * <p>What is answered is evidence: SYN-ACK, RST, or nothing within {@link ScanPolicy#answerTimeout} of capture time, to a
 * 256th of it. A port that has once answered with SYN-ACK is open. Nothing counts as silent before the first answer to any
 * attempt was seen, as the capture may show one direction only.
 *
 * <p>All memory is taken at the start, {@link ScanPolicy#memory} of it, and no more whatever arrives. Three quarters are for
 * pairs that tried one port. A pair that tries a second port moves with its first one to the last quarter, where nothing
 * that tries one port can push it out. So a flood of forged sources, a packet each, can only hide a scanner that lets the
 * flood replace what was seen since between its <em>first two</em> ports. The default's 48 MiB hold the latest 2.3 million
 * such sources: 23 s of a flood of 100,000 a second. Of scanners that wait 5 s one in a million is overlooked then at its
 * first port, of those that wait 10 s one in 400, of those that wait 20 s one in three; twice the memory or half the flood
 * permits to wait for twice as long. A flood whose sources try two ports each fills the last quarter, which holds 110,000
 * pairs, half of that if the verdict goes by answers. {@link #statistics} tell when it comes to that.
 *
 * <p>Not threadsafe: one thread adds. Any thread may read {@link #pairsWatched} and {@link #statistics}.
 */
public final class ScanDetector {
    private final ScanPolicy policy;
    private final PairHash hash;
    private final SegmentView sighting;
    private final PairStore pairs;
    private final MultiPortTable several;
    private final PortColumns rows;
    private final ScanJudge windows;
    private final AnswerDeadlines deadlines;
    private final TableStatistics occupancy;
    private final List<Scan> scans = new ArrayList<>();
    /** The latest time of any attempt, and of any segment. */
    private long clock = Long.MIN_VALUE;

    private long latest = Long.MIN_VALUE;
    private long bothDirectionsSince = Long.MAX_VALUE;

    public ScanDetector(ScanPolicy policy) {
        this(policy, PairHash.random());
    }

    public ScanDetector(ScanPolicy policy, PairHash hash) {
        this.policy = policy;
        this.hash = hash;
        sighting = new SegmentView(policy, hash);
        occupancy = new TableStatistics(policy.window().toNanos());
        pairs = new PairStore(policy, occupancy);
        several = pairs.several();
        rows = several.rows();
        windows = several.windows();
        deadlines = new AnswerDeadlines(
                policy.goesByAnswers() ? several.size() : 0,
                policy.answerTimeout().toNanos());
    }

    /**
     * Takes note of a segment, and tells the scans that it brings to light: mostly none, and if there are several, then
     * because the time for an answer is over with all but the last.
     */
    public List<Scan> add(Segment segment) {
        if (sighting.read(segment) != Role.NONE) {
            add(sighting, scans::add);
        }
        return found();
    }

    /**
     * Takes note that time has passed without a segment, and tells the scans that this brings to light: those whose ports are
     * silent. To be called now and then, if the policy asks what is answered.
     *
     * @param until capture time in nanoseconds since 1970, before which there are no more segments
     */
    public List<Scan> idle(long until) {
        settle(until, scans::add);
        return found();
    }

    private List<Scan> found() {
        List<Scan> found = List.copyOf(scans);
        scans.clear();
        return found;
    }

    /**
     * Takes note of the segments of a source, and tells {@code found} of each scan. In a flood that takes half as long as
     * {@link #add} for each: the places of the sources are all over the memory, and the processor fetches several at a time.
     */
    public PacketSource.Sink sink(Consumer<? super Scan> found) {
        return new Batch(found);
    }

    private void add(SegmentView seen, Consumer<? super Scan> found) {
        latest = Math.max(latest, seen.time());
        settle(latest, found);
        if (seen.role() == Role.ATTEMPT) {
            attempt(seen, found);
        } else if (!answer(seen, found) && policy.goesByAnswers() && seen.isBareReset()) {
            reset(seen, found);
        }
    }

    /** Judges those that waited for an answer. */
    private void settle(long until, Consumer<? super Scan> found) {
        if (bothDirectionsSince == Long.MAX_VALUE || until < bothDirectionsSince) {
            return;
        }
        for (int row = deadlines.take(until); row >= 0; row = deadlines.take(until)) {
            long silence = rows.nextSilence(row);
            if (silence == Long.MAX_VALUE) {
                continue;
            }
            long at = Math.max(bothDirectionsSince, deadlines.after(silence));
            if (at > until) {
                deadlines.add(row, silence);
            } else {
                rows.settle(row, at);
                Verdict verdict = windows.judge(row, at, Math.max(at, rows.latest(row)));
                report(row, verdict, rows.address(row), at, found);
            }
        }
    }

    private void attempt(SegmentView seen, Consumer<? super Scan> found) {
        clock = Math.max(clock, seen.time());
        int row = pairs.attempt(seen, clock);
        if (row < 0) {
            return;
        }
        if (policy.goesByAnswers()) {
            rows.attemptBy(row, seen.addressHigh(), seen.addressLow());
        }
        judge(row, seen, found);
    }

    /** Takes note of an answer; false if nobody is known to have tried the port. */
    private boolean answer(SegmentView seen, Consumer<? super Scan> found) {
        boolean refused = PackedPort.state(seen.marked()) == PackedPort.REFUSED;
        int before = pairs.mark(seen, refused ? PackedPort::refused : PackedPort::answered);
        if (before < 0) {
            return false;
        }
        // An earlier RST may be all that told of the attempt, and it came from the same side.
        if (PackedPort.kind(before) != Kind.ACK) {
            seeBothDirections();
        }
        int row = refused && policy.goesByAnswers() ? several.find(seen) : -1;
        if (row >= 0) {
            judge(row, seen, found);
        }
        return true;
    }

    private void seeBothDirections() {
        if (bothDirectionsSince == Long.MAX_VALUE) {
            bothDirectionsSince = latest;
            rows.seeBothDirections();
        }
        occupancy.answered();
    }

    /** Takes note of an RST that answers no attempt which is known: its sender ends a connection, or there was a probe. */
    private void reset(SegmentView seen, Consumer<? super Scan> found) {
        boolean mayTellOfProbe = seen.mayTellOfProbe() && !pairs.hasForgotten(seen);
        seen.takeForOwnReset();
        if (pairs.mark(seen, PackedPort::halfOpen) < 0 && mayTellOfProbe && !pairs.hasForgotten(seen)) {
            seen.takeForProbe();
            attempt(seen, found);
        }
    }

    private void judge(int row, SegmentView seen, Consumer<? super Scan> found) {
        Verdict verdict = windows.judge(row, seen.time(), clock);
        // An address is made only for the few that have a verdict.
        if (verdict == Verdict.SCAN || verdict == Verdict.SCAN_GOES_ON) {
            report(row, verdict, new IpAddress(seen.addressHigh(), seen.addressLow()), seen.time(), found);
        } else if (verdict == Verdict.UNDECIDED) {
            await(row, seen.time());
        }
    }

    private void report(int row, Verdict verdict, IpAddress source, long time, Consumer<? super Scan> found) {
        switch (verdict) {
            case NO_SCAN -> {}
            case UNDECIDED -> await(row, time);
            case SCAN -> found.accept(scan(row, source, time, false));
            case SCAN_GOES_ON -> found.accept(scan(row, source, time, true));
        }
    }

    private void await(int row, long time) {
        long silence = rows.nextSilence(row);
        // What is over has been judged, unless nothing can be yet. With absurd times it could go on for ever.
        if (silence != Long.MAX_VALUE && (silence >= time || bothDirectionsSince == Long.MAX_VALUE)) {
            deadlines.add(row, rows.noSilenceBefore(row));
        }
    }

    private Scan scan(int row, IpAddress source, long time, boolean ongoing) {
        boolean anySource = policy.rule() == Rule.DISTRIBUTED;
        boolean sweep = policy.rule() == Rule.SWEEP;
        IpAddress destination = several.destination(row);
        List<Integer> tried = windows.portsWithin(row, time);
        Evidence evidence = windows.evidence(row, time);
        List<Integer> port = List.of((int) destination.low());
        return new Scan(
                policy.rule(),
                anySource ? IpAddress.UNSPECIFIED : source,
                policy.prefix(anySource ? IpAddress.UNSPECIFIED : source),
                windows.addresses(row, time),
                sweep ? IpAddress.UNSPECIFIED : destination,
                sweep ? tried.size() : 1,
                Instant.EPOCH.plusNanos(time),
                sweep ? port : tried,
                sweep ? evidence.ofPort(port) : evidence,
                ongoing);
    }

    /** Segments that wait to be dealt with together. */
    private final class Batch implements PacketSource.Sink {
        /** Some more than reads from memory that a processor has under way at once. */
        private static final int SIZE = 16;

        private final Consumer<? super Scan> found;
        private final SegmentView[] seen = new SegmentView[SIZE];
        private int count;
        /** The reads that it is the sum of would be optimized away without it. */
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
                work();
            }
        }

        @Override
        public void idle(long until) {
            work();
            settle(until, found);
        }

        private void work() {
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

    /** About how many pairs were seen within the last window and are still known. */
    public long pairsWatched() {
        return statistics().pairsWatched();
    }

    /** How full the memory is. May be called from any thread. */
    public Statistics statistics() {
        return occupancy.statistics();
    }

    /**
     * Whether a policy's memory is enough for what arrives.
     *
     * @param pairsWatched pairs that were seen within the last window, to a 32nd of it, and are still known
     * @param forgottenAfterOnePort pairs that tried one port and gave way to others before a window was over
     * @param forgottenAfterSeveralPorts the same for those that tried several ports: each of them may be a scan missed
     * @param reach how long a pair that tried one port is remembered at present: a window while there is room. A scanner
     *     that waits for longer between its first two ports is missed
     * @param answers segments that answered a port that is known to have been tried. With none, the capture shows one
     *     direction only, and no port is called silent
     */
    public record Statistics(
            long pairsWatched,
            long forgottenAfterOnePort,
            long forgottenAfterSeveralPorts,
            Duration reach,
            long answers) {
        /** That of two detectors of the same segments. */
        public Statistics plus(Statistics other) {
            return new Statistics(
                    pairsWatched + other.pairsWatched,
                    forgottenAfterOnePort + other.forgottenAfterOnePort,
                    forgottenAfterSeveralPorts + other.forgottenAfterSeveralPorts,
                    reach.compareTo(other.reach) < 0 ? reach : other.reach,
                    Math.max(answers, other.answers));
        }
    }
}
