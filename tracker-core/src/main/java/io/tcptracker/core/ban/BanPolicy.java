package io.tcptracker.core.ban;

import java.time.Duration;

/**
 * The policy by which scanners are banned. Immutable.
 *
 * @param length how long a source's first ban lasts, 1 s to a year; zero for as long as the tracker runs. Each time that it
 *     comes back it is banned for twice as long
 * @param longest how long a ban lasts at the most, {@code length} to a year. A source that has been good for so long after a
 *     ban is a new one again
 * @param most how many bans may be in force at once, 1 to 100,000; a scan found while there are so many is not banned
 * @param perMinute how many sources may be banned a minute, 1 to 100,000. Scans can be spoofed
 *     from any number of sources, and each ban might hit an innocent one. A scan found beyond is not banned
 * @param renew whether a source that goes on scanning while it is banned has its ban renewed
 */
public record BanPolicy(Duration length, Duration longest, int most, int perMinute, boolean renew) {
    // Above DEFAULT, whose constructor reads them.
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    /**
     * Ten minutes outlast any manual scan, yet soon forgive an address that was spoofed or has a new owner. A host on the
     * Internet is scanned by some sources a minute; a hundred are a storm that isn't theirs, or spoofed. With so many each
     * minute a thousand are banned at a time, so that ten thousand leave room for bans that have grown long.
     */
    public static final BanPolicy DEFAULT =
            new BanPolicy(Duration.ofMinutes(10), Duration.ofHours(24), 10_000, 100, false);

    public BanPolicy {
        if (!length.isZero() && (length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("a ban lasts from 1s to 365d, or 0 until the tracker stops");
        }
        if (longest.compareTo(length) < 0 || longest.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the longest ban lasts at least as long as the first, and 365d at the most");
        }
        if (most < 1 || most > 100_000) {
            throw new IllegalArgumentException("1 to 100000 bans can be in force at once, not " + most);
        }
        if (perMinute < 1 || perMinute > 100_000) {
            throw new IllegalArgumentException("1 to 100000 sources can be banned a minute, not " + perMinute);
        }
    }

    /** Returns how long a source's ban number {@code count} lasts. */
    Duration length(int count) {
        Duration length = this.length;
        for (int i = 1; i < count && length.compareTo(longest) < 0; i++) {
            length = length.multipliedBy(2);
        }
        return length.compareTo(longest) < 0 ? length : longest;
    }
}
