package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;

/**
 * The pairs that tried several ports, each in a row of {@link PortColumns}. Not threadsafe.
 *
 * <p>There are eight rows for each range of hashes. When all are taken, the weakest gives way: one that has been quiet for
 * a window; else the one with the fewest ports within a window; among equals the one that has been quiet longest. Those
 * reported are the strongest, whatever their ports, or the same scan would be news again. Only where all eight have been
 * reported does one of them give way; were there no room for newcomers then, whoever can have eight sources reported
 * could hide others.
 */
final class MultiPortTable {
    private static final int WAYS = 8;
    private static final int LONGS_OF_KEY = 4;
    private static final int BYTES_OF_KEY = Character.BYTES + LONGS_OF_KEY * Long.BYTES;

    /** Of each row 15 bits of its pair's hash and a one, so that few keys are compared; zero if it is free. */
    private final char[] tags;

    private final long[] keys;
    private final int sets;
    private final PortColumns rows;
    private final ScanJudge windows;

    MultiPortTable(ScanPolicy policy, long bytes) {
        int bytesEach = BYTES_OF_KEY + PortColumns.bytesEach(policy) + AnswerDeadlines.bytesEach(policy);
        sets = (int) Math.max(1, bytes / bytesEach / WAYS);
        int count = sets * WAYS;
        tags = new char[count];
        keys = new long[count * LONGS_OF_KEY];
        rows = new PortColumns(policy, count);
        windows = new ScanJudge(policy, rows);
    }

    int size() {
        return tags.length;
    }

    PortColumns rows() {
        return rows;
    }

    ScanJudge windows() {
        return windows;
    }

    /** The row of the sighting's pair; -1 if it has none. */
    int find(SegmentView sighting) {
        long hash = sighting.key();
        char tag = tag(hash);
        int from = firstRow(hash);
        for (int row = from; row < from + WAYS; row++) {
            if (tags[row] == tag && isOf(row, sighting)) {
                return row;
            }
        }
        return -1;
    }

    /** Reads what {@link #find} will, so that it is in the processor's cache by then. */
    long touch(long hash) {
        return tags[firstRow(hash)];
    }

    private boolean isOf(int row, SegmentView sighting) {
        int at = row * LONGS_OF_KEY;
        return keys[at] == sighting.sourceHigh()
                && keys[at + 1] == sighting.sourceLow()
                && keys[at + 2] == sighting.destinationHigh()
                && keys[at + 3] == sighting.destinationLow();
    }

    /** The row that a new pair of this hash gets. */
    int weakest(long hash, long clock) {
        int from = firstRow(hash);
        int weakest = from;
        int least = Integer.MAX_VALUE;
        for (int row = from; row < from + WAYS; row++) {
            int strength = isTaken(row) ? windows.strength(row, clock) : 0;
            if (strength == 0) {
                return row;
            }
            if (strength < least || (strength == least && rows.latest(row) < rows.latest(weakest))) {
                weakest = row;
                least = strength;
            }
        }
        return weakest;
    }

    boolean isTaken(int row) {
        return tags[row] != 0;
    }

    /** Gives a row to the sighting's pair, which tried no port so far. */
    void put(int row, SegmentView sighting) {
        tags[row] = tag(sighting.key());
        int at = row * LONGS_OF_KEY;
        keys[at] = sighting.sourceHigh();
        keys[at + 1] = sighting.sourceLow();
        keys[at + 2] = sighting.destinationHigh();
        keys[at + 3] = sighting.destinationLow();
        rows.clear(row);
    }

    IpAddress source(int row) {
        return new IpAddress(keys[row * LONGS_OF_KEY], keys[row * LONGS_OF_KEY + 1]);
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
