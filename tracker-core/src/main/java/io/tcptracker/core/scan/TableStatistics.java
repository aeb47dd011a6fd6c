package io.tcptracker.core.scan;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The counters of a detector's tables. The pairs seen within the last window are counted by the slice of time in which they
 * were last seen. So quiet pairs drop out of the count without a search.
 *
 * <p>One thread writes. Any thread may {@linkplain #statistics() read}: each number is right, though not all of the same
 * instant.
 */
final class TableStatistics {
    /** A power of two, above the number of slices that are counted. */
    private static final int SLICES = 128;

    private final int[] counts = new int[SLICES];
    private final long window;
    private final int sliceBits;
    private final long slicesCounted;
    private long newestSlice = Long.MIN_VALUE;
    private long reach;

    private final AtomicLong watched = new AtomicLong();
    private final AtomicLong forgottenAfterOne = new AtomicLong();
    private final AtomicLong forgottenAfterSeveral = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong publishedReach = new AtomicLong();

    TableStatistics(long window) {
        this.window = window;
        // A slice is a 32nd to a 64th of the window.
        sliceBits = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(window) - 6);
        slicesCounted = (window >> sliceBits) + 1;
        reach = window;
        publishedReach.set(window);
    }

    void moveTo(long clock) {
        long slice = clock >> sliceBits;
        if (slice == newestSlice) {
            return;
        }
        long gone = newestSlice == Long.MIN_VALUE ? 0 : Math.min(slice - newestSlice, SLICES);
        long oldest = newestSlice - slicesCounted;
        newestSlice = slice;
        long left = watched.getPlain();
        for (long each = oldest; each < oldest + gone; each++) {
            left -= counts[index(each)];
            counts[index(each)] = 0;
        }
        watched.setRelease(left);
    }

    /** Counts a pair that was last seen at {@code latest}. */
    void add(long latest) {
        change(latest, 1);
    }

    /** Uncounts a pair that is evicted, or has been seen since. */
    void remove(long latest) {
        change(latest, -1);
    }

    private void change(long latest, int by) {
        long slice = latest >> sliceBits;
        if (slice >= newestSlice - slicesCounted) {
            counts[index(slice)] += by;
            watched.setRelease(watched.getPlain() + by);
        }
    }

    private static int index(long slice) {
        return (int) slice & (SLICES - 1);
    }

    /** Records that a pair with several ports is evicted after so many nanoseconds without an attempt. */
    void replacedSeveral(long quiet) {
        if (quiet <= window) {
            forgottenAfterSeveral.setRelease(forgottenAfterSeveral.getPlain() + 1);
        }
    }

    /** Records that a pair with one port is evicted after so many nanoseconds without an attempt. */
    void replacedSingle(long quiet) {
        if (quiet <= window) {
            forgottenAfterOne.setRelease(forgottenAfterOne.getPlain() + 1);
        }
        reach += (Math.min(quiet, window) - reach) >> 8;
        publishedReach.setRelease(reach);
    }

    /** Counts an answer to an attempt. */
    void answered() {
        answers.setRelease(answers.getPlain() + 1);
    }

    DetectorStatistics statistics() {
        return new DetectorStatistics(
                watched.getAcquire(),
                forgottenAfterOne.getAcquire(),
                forgottenAfterSeveral.getAcquire(),
                Duration.ofNanos(publishedReach.getAcquire()),
                answers.getAcquire());
    }
}
