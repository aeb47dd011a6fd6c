package io.tcptracker.core;

import java.time.Duration;

/**
 * How scanners are banned. Immutable.
 *
 * @param length how long a ban lasts, 1 s to a year; zero for as long as the tracker runs
 * @param most how many bans may be in force at once, 1 to 100,000; a scan found while there are so many is not banned
 */
public record BanPolicy(Duration length, int most) {
    // Above DEFAULT, whose constructor reads them.
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    /**
     * Ten minutes outlast any scan by hand, yet soon forgive an address that was forged or has a new owner. Every rule
     * delays every new connection: with 2,000 by some microseconds (30 with 10,000).
     */
    public static final BanPolicy DEFAULT = new BanPolicy(Duration.ofMinutes(10), 2_000);

    public BanPolicy {
        if (!length.isZero() && (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("a ban lasts from 1s to 365d, or 0 until the tracker stops");
        }
        if (most < 1 || most > 100_000) {
            throw new IllegalArgumentException("1 to 100000 bans can be in force at once, not " + most);
        }
    }
}
