package io.tcptracker.core;

import java.time.Instant;

/**
 * A source that was banned. Immutable.
 *
 * @param bans how many times
 * @param bannedUntil when the latest ban ends or ended
 */
public record Offender(Prefix source, int bans, Instant bannedUntil) {
    public Offender {
        if (bans < 1) {
            throw new IllegalArgumentException("an offender was banned at least once, not " + bans + " times");
        }
    }
}
