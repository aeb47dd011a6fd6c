package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import java.time.Instant;

/**
 * A source that was banned. Immutable.
 *
 * @param bans how many times
 * @param bannedUntil when the latest ban ends or ended
 */
public record BanRecord(Prefix source, int bans, Instant bannedUntil) {
    public BanRecord {
        if (bans < 1) {
            throw new IllegalArgumentException("an offender was banned at least once, not " + bans + " times");
        }
    }
}
