package io.tcptracker.core.scan;

import java.util.function.IntUnaryOperator;

/**
 * What is known of pairs: of those that tried one port that port, of the others a row of {@link PortColumns}. Not threadsafe.
 */
final class PairStore {
    private final SinglePortTable single;
    private final MultiPortTable several;
    private final PortColumns rows;
    private final TableStatistics occupancy;
    private final long window;

    PairStore(ScanPolicy policy, TableStatistics occupancy) {
        several = new MultiPortTable(policy, policy.memory() / 4);
        single = new SinglePortTable(policy.memory() - policy.memory() / 4);
        rows = several.rows();
        this.occupancy = occupancy;
        window = policy.window().toNanos();
    }

    MultiPortTable several() {
        return several;
    }

    /** Reads what the others will, so that it is in the processor's cache by then. */
    long touch(long key) {
        return several.touch(key) + single.touch(key);
    }

    /**
     * Takes note of an attempt, while the detector's clock shows {@code clock}.
     *
     * @return the row of the pair, or -1 if it stays among those that tried one port
     */
    int attempt(SegmentView seen, long clock) {
        occupancy.moveTo(clock);
        int row = several.find(seen);
        if (row >= 0) {
            occupancy.remove(rows.latest(row));
        } else {
            row = admit(seen, clock);
            if (row < 0) {
                return -1;
            }
        }
        occupancy.add(clock);
        rows.attempt(row, seen.marked(), seen.time(), clock);
        return row;
    }

    /**
     * Changes what is known of the port that is seen, if it is known.
     *
     * @return what was known of it before, as {@link PackedPort} has it, or -1
     */
    int mark(SegmentView seen, IntUnaryOperator change) {
        int port = PackedPort.port(seen.marked());
        int row = several.find(seen);
        if (row >= 0) {
            int place = rows.find(row, port);
            if (place < 0) {
                return -1;
            }
            int before = rows.marked(row, place);
            rows.mark(row, place, change.applyAsInt(before));
            return before;
        }
        int at = single.find(seen.key());
        if (at < 0 || PackedPort.port(single.marked(at)) != port) {
            return -1;
        }
        int before = single.marked(at);
        single.mark(at, change.applyAsInt(before));
        return before;
    }

    /** Whether the pair may have tried ports that gave way to others. */
    boolean hasForgotten(SegmentView seen) {
        int row = several.find(seen);
        return row >= 0 && rows.isFull(row);
    }

    /** Takes note of a pair that has no row: gives it one, or -1 if it stays among those that tried one port. */
    private int admit(SegmentView seen, long clock) {
        long key = seen.key();
        int at = single.find(key);
        boolean known = at >= 0 && clock - single.time(at) <= window;
        if (known && PackedPort.port(single.marked(at)) != PackedPort.port(seen.marked())) {
            return move(at, several.weakest(key, clock), seen, clock);
        }
        long late = clock - seen.time();
        if (late > 0) {
            // To be exact takes two times, its own and the clock, for which there is room in a row only. Without a free
            // one the pair is taken to be quiet since its own time; if that is out of the window, it must have a row.
            int row = several.weakest(key, clock);
            boolean free = !several.isTaken(row) || clock - rows.latest(row) > window;
            if (free || (late > window && rows.size(row) == 1)) {
                return known ? move(at, row, seen, clock) : claim(row, seen, clock);
            }
        }
        note(at, known, seen, clock);
        return -1;
    }

    private int move(int at, int row, SegmentView seen, long clock) {
        int marked = single.marked(at);
        long time = single.time(at);
        single.remove(at);
        occupancy.remove(time);
        claim(row, seen, clock);
        rows.attempt(row, marked, time, time);
        return row;
    }

    private int claim(int row, SegmentView seen, long clock) {
        if (several.isTaken(row)) {
            long latest = rows.latest(row);
            occupancy.remove(latest);
            occupancy.replacedSeveral(clock - latest);
        }
        several.put(row, seen);
        return row;
    }

    private void note(int found, boolean known, SegmentView seen, long clock) {
        int at = found >= 0 ? found : single.place(seen.key());
        long time = seen.time();
        int marked = seen.marked();
        if (single.isTaken(at)) {
            occupancy.remove(single.time(at));
        }
        if (known) {
            marked = PackedPort.again(rows.settled(single.marked(at), single.time(at), time), marked);
            time = Math.max(time, single.time(at));
        } else {
            occupancy.replacedSingle(single.isTaken(at) ? clock - single.time(at) : Long.MAX_VALUE);
        }
        single.put(at, seen.key(), marked, time);
        occupancy.add(time);
    }
}
