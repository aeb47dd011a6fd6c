package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who was banned how often, lately: a bounded number of sources, of which the one banned longest ago is forgotten first.
 * Threadsafe.
 */
public final class BanHistory {
    /** Some megabytes at the most. A source that is pushed out gets a first ban again, no more. */
    private static final int MOST = 20_000;

    private final Duration remembered;
    private final Map<Prefix, BanRecord> known = new LinkedHashMap<>();

    /** @param remembered for how long after a ban's end */
    BanHistory(Duration remembered) {
        this.remembered = remembered;
    }

    public synchronized void add(Collection<BanRecord> some) {
        some.forEach(each -> put(each.source(), each.bans(), each.bannedUntil()));
    }

    /** How many bans there have been of a source, when another one begins. */
    synchronized int bans(Prefix source, Instant now) {
        BanRecord offender = known.get(source);
        if (offender == null || offender.bannedUntil().plus(remembered).isBefore(now)) {
            return 0;
        }
        return offender.bans();
    }

    synchronized void banned(Ban ban) {
        // One that lasts until the tracker stops has no end to be remembered from.
        ban.until().ifPresent(until -> put(ban.source(), ban.count(), until));
    }

    private void put(Prefix source, int bans, Instant until) {
        known.remove(source);
        known.put(source, new BanRecord(source, bans, until));
        if (known.size() > MOST) {
            known.remove(known.keySet().iterator().next());
        }
    }

    /** Those known, whose last ban began longest ago first. */
    public synchronized List<BanRecord> all() {
        return List.copyOf(known.values());
    }
}
