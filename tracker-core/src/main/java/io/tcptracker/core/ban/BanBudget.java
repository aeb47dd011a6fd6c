package io.tcptracker.core.ban;

import java.time.Duration;
import java.util.Arrays;

/** Lets so many bans through within any minute, and no more. Not threadsafe. */
final class BanBudget {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** When the latest bans were let through, in turn. */
    private final long[] times;
    /** The oldest of them. */
    private int oldest;

    BanBudget(int perMinute, long now) {
        times = new long[perMinute];
        Arrays.fill(times, now - MINUTE);
    }

    /** Takes one, if there is one. */
    boolean take(long now) {
        if (now - times[oldest] < MINUTE) {
            return false;
        }
        times[oldest] = now;
        oldest = (oldest + 1) % times.length;
        return true;
    }

    /** Whether half of it can be had again, so that it isn't spent by the next few scans. */
    boolean hasRecovered(long now) {
        return now - times[(oldest + times.length / 2) % times.length] >= MINUTE;
    }
}
