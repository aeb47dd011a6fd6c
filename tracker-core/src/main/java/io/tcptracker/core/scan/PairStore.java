package io.tcptracker.core.scan;

import java.util.function.IntUnaryOperator;

/**
 * The memory of pairs: of a pair with one port that port, of a pair with several ports a row of {@link PortColumns}. Not
 * threadsafe.
 */
final class PairStore {
    private final SinglePortTable single;
    private final MultiPortTable several;
    private final PortColumns columns;
    private final PortRecorder recorder;
    private final TableStatistics statistics;
    private final long window;

    PairStore(ScanPolicy policy, MultiPortTable several, TableStatistics statistics) {
        this.several = several;
        single = new SinglePortTable(policy.memory() - bytesOfSeveral(policy));
        columns = several.columns();
        recorder = new PortRecorder(policy, columns);
        this.statistics = statistics;
        window = policy.window().toNanos();
    }

    /** Returns how much of a policy's memory is for pairs with several ports. */
    static long bytesOfSeveral(ScanPolicy policy) {
        return policy.memory() / 4;
    }

    /** Reads what the other methods will read, so that it is in the processor's cache by then. */
    long touch(long key) {
        return several.touch(key) + single.touch(key);
    }

    /**
     * Records an attempt, while the detector's clock shows {@code clock}.
     *
     * @return the row of the pair, or -1 if the pair still has one port
     */
    int attempt(SegmentView seen, long clock) {
        statistics.moveTo(clock);
        int row = several.find(seen);
        if (row >= 0) {
            statistics.remove(columns.latest(row));
        } else {
            row = admit(seen, clock);
            if (row < 0) {
                return -1;
            }
        }
        statistics.add(clock);
        recorder.attempt(row, seen.packed(), seen.time(), clock);
        return row;
    }

    /**
     * Changes what is known of the port in {@code seen}, if the pair has tried it.
     *
     * @return what was known of the port before, as {@link PackedPort}, or -1
     */
    int update(SegmentView seen, IntUnaryOperator change) {
        int port = PackedPort.port(seen.packed());
        int row = several.find(seen);
        if (row >= 0) {
            int place = columns.find(row, port);
            if (place < 0) {
                return -1;
            }
            int before = columns.packed(row, place);
            columns.update(row, place, change.applyAsInt(before));
            return before;
        }
        int at = single.find(seen.key());
        if (at < 0 || PackedPort.port(single.packed(at)) != port) {
            return -1;
        }
        int before = single.packed(at);
        single.update(at, change.applyAsInt(before));
        return before;
    }

    /** Returns whether the pair may have tried ports that were evicted. */
    boolean hasForgotten(SegmentView seen) {
        int row = several.find(seen);
        return row >= 0 && columns.isFull(row);
    }

    /** Records a pair that has no row: returns its new row, or -1 if it still has one port. */
    private int admit(SegmentView seen, long clock) {
        long key = seen.key();
        int at = single.find(key);
        boolean known = at >= 0 && clock - single.time(at) <= window;
        if (known && PackedPort.port(single.packed(at)) != PackedPort.port(seen.packed())) {
            return move(at, several.weakest(key, clock), seen, clock);
        }
        long late = clock - seen.time();
        if (late > 0) {
            // To be exact takes two times, its own and the clock, for which only a row has room. Without a free row,
            // the
            // pair counts as quiet since its own time. If its time is out of the window, the pair must have a row.
            int row = several.weakest(key, clock);
            boolean free = !several.isTaken(row) || clock - columns.latest(row) > window;
            if (free || (late > window && columns.size(row) == 1)) {
                return known ? move(at, row, seen, clock) : claim(row, seen, clock);
            }
        }
        keepSingle(at, known, seen, clock);
        return -1;
    }

    private int move(int at, int row, SegmentView seen, long clock) {
        int packed = single.packed(at);
        long time = single.time(at);
        single.remove(at);
        statistics.remove(time);
        claim(row, seen, clock);
        recorder.attempt(row, packed, time, time);
        return row;
    }

    private int claim(int row, SegmentView seen, long clock) {
        if (several.isTaken(row)) {
            long latest = columns.latest(row);
            statistics.remove(latest);
            statistics.replacedSeveral(clock - latest);
        }
        several.put(row, seen);
        return row;
    }

    private void keepSingle(int found, boolean known, SegmentView seen, long clock) {
        int at = found >= 0 ? found : single.place(seen.key());
        long time = seen.time();
        int packed = seen.packed();
        if (single.isTaken(at)) {
            statistics.remove(single.time(at));
        }
        if (known) {
            packed = PackedPort.merge(columns.withTimeout(single.packed(at), single.time(at), time), packed);
            time = Math.max(time, single.time(at));
        } else {
            statistics.replacedSingle(single.isTaken(at) ? clock - single.time(at) : Long.MAX_VALUE);
        }
        single.put(at, seen.key(), packed, time);
        statistics.add(time);
    }
}
