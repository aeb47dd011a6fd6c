package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;

/**
 * The table of pairs with several ports, each in a row of {@link PortColumns}. Not threadsafe.
 *
 * <p>There are eight rows for each range of hashes. When all are taken, the weakest is evicted. The weakest row is one that has
 * been quiet for a window, otherwise the row with the fewest ports within a window. Among equals it is the one that has been
 * quiet longest.
 *
 * <p>Reported scans are the strongest, with any number of ports, or the same scan would be reported again as new. Only where
 * all eight rows are reported scans, one of them is evicted. Without room for new pairs, an attacker with eight reported
 * sources could hide others.
 */
final class MultiPortTable {
    private static final int WAYS = 8;
    private static final int LONGS_OF_KEY = 4;
    private static final int BYTES_OF_KEY = Character.BYTES + LONGS_OF_KEY * Long.BYTES;

    /** The tag of each row: 15 bits of its pair's hash and a one, or zero. So few keys are compared. */
    private final char[] tags;

    private final long[] keys;
    private final int sets;
    private final PortColumns columns;
    private final ScanJudge judge;

    MultiPortTable(ScanPolicy policy, long bytes) {
        int bytesEach = BYTES_OF_KEY + PortColumns.bytesEach(policy) + AnswerDeadlines.bytesEach(policy);
        sets = (int) Math.max(1, bytes / bytesEach / WAYS);
        int count = sets * WAYS;
        tags = new char[count];
        keys = new long[count * LONGS_OF_KEY];
        columns = new PortColumns(policy, count);
        judge = new ScanJudge(policy, columns);
    }

    int size() {
        return tags.length;
    }

    PortColumns columns() {
        return columns;
    }

    ScanJudge judge() {
        return judge;
    }

    /** Returns the row of the segment's pair, or -1 if it has none. */
    int find(SegmentView seen) {
        long hash = seen.key();
        char tag = tag(hash);
        int from = firstRow(hash);
        for (int row = from; row < from + WAYS; row++) {
            if (tags[row] == tag && isOf(row, seen)) {
                return row;
            }
        }
        return -1;
    }

    /** Reads what {@link #find} will read, so that it is in the processor's cache by then. */
    long touch(long hash) {
        return tags[firstRow(hash)];
    }

    private boolean isOf(int row, SegmentView seen) {
        int at = row * LONGS_OF_KEY;
        return keys[at] == seen.sourceHigh()
                && keys[at + 1] == seen.sourceLow()
                && keys[at + 2] == seen.destinationHigh()
                && keys[at + 3] == seen.destinationLow();
    }

    /** Returns the row for a new pair with this hash. */
    int weakest(long hash, long clock) {
        int from = firstRow(hash);
        int weakest = from;
        int least = Integer.MAX_VALUE;
        for (int row = from; row < from + WAYS; row++) {
            int strength = isTaken(row) ? judge.strength(row, clock) : 0;
            if (strength == 0) {
                return row;
            }
            if (strength < least || (strength == least && columns.latest(row) < columns.latest(weakest))) {
                weakest = row;
                least = strength;
            }
        }
        return weakest;
    }

    boolean isTaken(int row) {
        return tags[row] != 0;
    }

    /** Gives a row to the segment's pair, which has tried no port so far. */
    void put(int row, SegmentView seen) {
        tags[row] = tag(seen.key());
        int at = row * LONGS_OF_KEY;
        keys[at] = seen.sourceHigh();
        keys[at + 1] = seen.sourceLow();
        keys[at + 2] = seen.destinationHigh();
        keys[at + 3] = seen.destinationLow();
        columns.clear(row);
    }

    IpAddress destination(int row) {
        return new IpAddress(keys[row * LONGS_OF_KEY + 2], keys[row * LONGS_OF_KEY + 3]);
    }

    private int firstRow(long hash) {
        return (int) (((hash >>> 32) * sets) >>> 32) * WAYS;
    }

    private static char tag(long hash) {
        return (char) (hash | 1);
    }
}
