package io.tcptracker.core.scan;

/**
 * A timing wheel of the rows that wait until an answer timeout is over, each at most once. Not threadsafe.
 *
 * <p>See Varghese, Lauck: Hashed and Hierarchical Timing Wheels, 1987.
 */
final class AnswerDeadlines {
    private static final int BUCKETS = 1024;
    private static final int END = -1;
    private static final int ABSENT = 0;

    /** The first row of each bucket, plus one; {@link #next} has the next row of each row. So the start touches no memory. */
    private final int[] first = new int[BUCKETS];

    private final int[] next;
    private final int sliceBits;
    private int size;
    private long slice;

    AnswerDeadlines(int rows, long timeout) {
        next = new int[rows];
        // A slice is a 256th to a 512th of the timeout, so that no deadline is farther away than the wheel reaches.
        sliceBits = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(timeout) - 9);
    }

    static int bytesEach(ScanPolicy policy) {
        return policy.usesEvidence() ? Integer.BYTES : 0;
    }

    /** Returns when a row that waits for {@code time} is judged: then or soon after, at the end of a slice. */
    long endOfSlice(long time) {
        return ((time >> sliceBits) + 1) << sliceBits;
    }

    /** Lets a row wait until {@code time}, unless the row waits already. */
    void add(int row, long time) {
        if (next[row] != ABSENT) {
            return;
        }
        if (size == 0) {
            slice = time >> sliceBits;
        }
        // No farther than the wheel reaches: a row that is due too early is added again.
        long due = Math.min(slice + BUCKETS - 1, Math.max(slice, time >> sliceBits));
        int bucket = (int) due & (BUCKETS - 1);
        next[row] = first[bucket] == ABSENT ? END : first[bucket];
        first[bucket] = row + 1;
        size++;
    }

    /** Removes and returns a row that has waited until about {@code clock}, or returns -1. */
    int poll(long clock) {
        long now = clock >> sliceBits;
        // Each row is in a bucket that comes within one turn.
        slice = Math.max(slice, now - BUCKETS);
        for (; size > 0 && slice < now; slice++) {
            int bucket = (int) slice & (BUCKETS - 1);
            if (first[bucket] != ABSENT) {
                int row = first[bucket] - 1;
                first[bucket] = Math.max(ABSENT, next[row]);
                next[row] = ABSENT;
                size--;
                return row;
            }
        }
        return -1;
    }
}
