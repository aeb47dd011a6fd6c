package io.tcptracker.core;

import java.time.Duration;

/**
 * Lets so many bans through a minute: a bucket that holds a minute's worth and is refilled evenly (token bucket; RFC 2475,
 * appendix A). Not threadsafe.
 */
final class BanBudget {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final long nanosEach;
    /** Up to when the bucket has been spent, as if each ban took its share of a minute. */
    private long spentUntil;

    BanBudget(int perMinute, long now) {
        nanosEach = MINUTE / perMinute;
        spentUntil = now - MINUTE;
    }

    /** Takes one, if there is one. */
    boolean take(long now) {
        if (now - spentUntil > MINUTE) {
            spentUntil = now - MINUTE;
        }
        if (now - spentUntil < nanosEach) {
            return false;
        }
        spentUntil += nanosEach;
        return true;
    }

    /** Whether it has got half full again, so that it isn't spent again by the next scan. */
    boolean hasRecovered(long now) {
        return now - spentUntil >= MINUTE / 2;
    }
}
