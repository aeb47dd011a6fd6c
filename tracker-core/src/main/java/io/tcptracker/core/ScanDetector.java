package io.tcptracker.core;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds sources that try more ports of a destination than a policy allows, within a sliding window of capture time.
 *
 * <p>Its clock is the latest time of any attempt, and never goes back; an attempt older than that counts at its own time.
 * The same segments therefore lead to the same verdicts, live and from a file. A pair is reported when it becomes a scan,
 * and again as {@linkplain Scan#ongoing() ongoing} once a window while it remains one; after a pair has been quiet for
 * longer than a window it starts afresh.
 *
 * <p>All memory is taken at the start, {@link ScanPolicy#memory} of it, and no more whatever arrives. Three quarters are for
 * pairs that tried one port. A pair that tries a second port moves with its first one to the last quarter, where nothing
 * that tries one port can push it out. So a flood of forged sources, a packet each, can only hide a scanner that lets the
 * flood replace what was seen since between its <em>first two</em> ports. The default's 48 MiB hold the latest 2.3 million
 * such sources: 23 s of a flood of 100,000 a second. Of scanners that wait 5 s one in a million is overlooked then at its
 * first port, of those that wait 10 s one in 400, of those that wait 20 s one in three; twice the memory or half the flood
 * permits to wait for twice as long. A flood whose sources try two ports each fills the last quarter, which holds 130,000
 * pairs. {@link #statistics} tell when it comes to that.
 *
 * <p>Not threadsafe: one thread adds. Any thread may read {@link #pairsWatched} and {@link #statistics}.
 */
public final class ScanDetector {
    private final PairHash hash;
    private final FirstSeen single;
    private final PairTable several;
    private final PortWindows windows;
    private final Occupancy occupancy;
    private final long window;
    private long clock = Long.MIN_VALUE;

    public ScanDetector(ScanPolicy policy) {
        this(policy, PairHash.random());
    }

    ScanDetector(ScanPolicy policy, PairHash hash) {
        this.hash = hash;
        several = new PairTable(policy, policy.memory() / 4);
        single = new FirstSeen(policy.memory() - policy.memory() / 4);
        windows = several.windows();
        window = policy.window().toNanos();
        occupancy = new Occupancy(window);
    }

    /** Takes note of a segment, and tells if it makes its pair a scan. What is no connection attempt is passed over. */
    public Optional<Scan> add(Segment segment) {
        return segment.isAttempt() ? add(segment, hash.of(segment)) : Optional.empty();
    }

    /**
     * Takes note of the segments of a source, and tells {@code found} of each that makes its pair a scan. In a flood that
     * takes half as long as {@link #add} for each: the places of the sources are all over the memory, and the processor
     * fetches several at a time.
     */
    public PacketSource.Sink sink(Consumer<? super Scan> found) {
        return new Batch(found);
    }

    private Optional<Scan> add(Segment segment, long key) {
        clock = Math.max(clock, segment.time());
        occupancy.moveTo(clock);
        int row = several.find(key, segment);
        if (row >= 0) {
            occupancy.remove(windows.latest(row));
        } else {
            row = admit(segment, key);
            if (row < 0) {
                return Optional.empty();
            }
        }
        occupancy.add(clock);
        return switch (windows.attempt(row, segment.destinationPort(), segment.time(), clock)) {
            case NO_SCAN -> Optional.empty();
            case SCAN -> Optional.of(scan(segment, row, false));
            case SCAN_GOES_ON -> Optional.of(scan(segment, row, true));
        };
    }

    /** Takes note of a pair that has no row: gives it one, or -1 if it stays among those that tried one port. */
    private int admit(Segment segment, long key) {
        int at = single.find(key);
        boolean known = at >= 0 && clock - single.time(at) <= window;
        if (known && single.port(at) != segment.destinationPort()) {
            return move(at, several.weakest(key, clock), segment, key);
        }
        long late = clock - segment.time();
        if (late > 0) {
            // To be exact takes two times, its own and the clock, for which there is room in a row only. Without a free
            // one the pair is taken to be quiet since its own time; if that is out of the window, it must have a row.
            int row = several.weakest(key, clock);
            boolean free = !several.isTaken(row) || clock - windows.latest(row) > window;
            if (free || (late > window && windows.size(row) == 1)) {
                return known ? move(at, row, segment, key) : claim(row, segment, key);
            }
        }
        note(at, known, segment, key);
        return -1;
    }

    private int move(int at, int row, Segment segment, long key) {
        int port = single.port(at);
        long time = single.time(at);
        single.remove(at);
        occupancy.remove(time);
        claim(row, segment, key);
        windows.attempt(row, port, time, time);
        return row;
    }

    private int claim(int row, Segment segment, long key) {
        if (several.isTaken(row)) {
            long latest = windows.latest(row);
            occupancy.remove(latest);
            occupancy.replacedSeveral(clock - latest);
        }
        several.put(row, key, segment);
        return row;
    }

    private void note(int found, boolean known, Segment segment, long key) {
        int at = found >= 0 ? found : single.place(key);
        long time = segment.time();
        if (single.isTaken(at)) {
            occupancy.remove(single.time(at));
        }
        if (known) {
            time = Math.max(time, single.time(at));
        } else {
            occupancy.replacedSingle(single.isTaken(at) ? clock - single.time(at) : Long.MAX_VALUE);
        }
        single.put(at, key, segment.destinationPort(), time);
        occupancy.add(time);
    }

    private Scan scan(Segment segment, int row, boolean ongoing) {
        return new Scan(
                segment.source(),
                segment.destination(),
                segment.instant(),
                windows.portsWithin(row, segment.time()),
                ongoing);
    }

    /** Segments that wait to be dealt with together. */
    private final class Batch implements PacketSource.Sink {
        /** Some more than reads from memory that a processor has under way at once. */
        private static final int SIZE = 16;

        private final Consumer<? super Scan> found;
        private final Segment[] segments = new Segment[SIZE];
        private final long[] hashes = new long[SIZE];
        private int count;
        /** The reads that it is the sum of would be optimized away without it. */
        @SuppressWarnings("UnusedVariable")
        private long touched;

        Batch(Consumer<? super Scan> found) {
            this.found = found;
        }

        @Override
        public void accept(Segment segment) {
            if (!segment.isAttempt()) {
                return;
            }
            segments[count] = segment;
            hashes[count] = hash.of(segment);
            count++;
            if (count == SIZE) {
                idle(Long.MIN_VALUE);
            }
        }

        @Override
        public void idle(long until) {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += several.touch(hashes[i]) + single.touch(hashes[i]);
            }
            touched += sum;
            for (int i = 0; i < count; i++) {
                add(segments[i], hashes[i]).ifPresent(found);
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
     */
    public record Statistics(
            long pairsWatched, long forgottenAfterOnePort, long forgottenAfterSeveralPorts, Duration reach) {}
}
