package io.tcptracker.core.ban;

import java.time.Duration;
import java.util.Arrays;

/** The number of bans that may be made within any minute. Not threadsafe. */
final class BanBudget {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** The times of the latest bans, in turn. */
    private final long[] times;
    /** The oldest of them. */
    private int oldest;

    BanBudget(int perMinute, long now) {
        times = new long[perMinute];
        Arrays.fill(times, now - MINUTE);
    }

    /** Takes one ban from the budget, if there is one. */
    boolean take(long now) {
        if (now - times[oldest] < MINUTE) {
            return false;
        }
        times[oldest] = now;
        oldest = (oldest + 1) % times.length;
        return true;
    }

    /** Returns whether half of the budget is there again, so that the next few scans don't spend it. */
    boolean hasRecovered(long now) {
        return now - times[(oldest + times.length / 2) % times.length] >= MINUTE;
    }
}
