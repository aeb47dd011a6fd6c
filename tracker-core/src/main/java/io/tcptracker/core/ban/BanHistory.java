package io.tcptracker.core.ban;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sources that were banned lately, with the number of their bans. A source is forgotten some time after its last ban.
 *
 * <p>The number of sources is bounded, with half of the room for sources that were banned once and half for those that came
 * back. A flood of spoofed scans fills the first half alone, so that it can't hide a scanner that came back. In each half the
 * source that would be forgotten next makes room, to within the hour. A limit by size would evict by frequency, and under
 * such a flood forget the newest sources first.
 *
 * <p>Time is the capture time of the latest call. Threadsafe.
 */
public final class BanHistory {
    /** Some megabytes at the most, for both halves. */
    private static final int MOST_OF_HALF = 10_000;
    /** The number of sources that make room at once, since to find them takes longer than to remove them. */
    private static final int REMOVED_TOGETHER = 100;

    private final Cache<Prefix, BanRecord> once;
    private final Cache<Prefix, BanRecord> repeatedly;
    private volatile Instant now = Instant.EPOCH;

    /** @param remembered for how long a source is remembered after a ban's end */
    BanHistory(Duration remembered) {
        once = cache(remembered);
        repeatedly = cache(remembered);
    }

    private Cache<Prefix, BanRecord> cache(Duration remembered) {
        // Without a thread of its own: the caller's does the work, which takes microseconds.
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .ticker(() -> Duration.between(Instant.EPOCH, now).toNanos())
                // A source still counts at the very end of this time.
                .expireAfter(Expiry.<Prefix, BanRecord>writing(
                        (source, record) -> Duration.between(now, record.bannedUntil())
                                .plus(remembered)
                                .plusNanos(1)))
                .build();
    }

    /** Adds the records of an earlier run. */
    public void add(Collection<BanRecord> some) {
        some.forEach(this::put);
    }

    /** Returns how many bans of a source there have been before another one that begins {@code at}. */
    int bans(Prefix source, Instant at) {
        now = at;
        BanRecord record = repeatedly.getIfPresent(source);
        return record != null ? record.bans() : once.getIfPresent(source) != null ? 1 : 0;
    }

    /** Records a ban. A ban that lasts until the tracker stops is not recorded, as it has no end to count from. */
    void banned(Ban ban) {
        ban.until().ifPresent(until -> {
            now = ban.since();
            put(new BanRecord(ban.source(), ban.count(), until));
        });
    }

    private void put(BanRecord record) {
        boolean first = record.bans() == 1;
        Cache<Prefix, BanRecord> half = first ? once : repeatedly;
        half.put(record.source(), record);
        (first ? repeatedly : once).invalidate(record.source());
        if (half.estimatedSize() > MOST_OF_HALF) {
            half.policy()
                    .expireVariably()
                    .ifPresent(expiration -> half.invalidateAll(
                            expiration.oldest(REMOVED_TOGETHER).keySet()));
        }
    }

    /** Returns the records that count, that of the ban which ended first or will end first at the front. */
    public List<BanRecord> all() {
        return Stream.of(once, repeatedly)
                .flatMap(half -> half.asMap().values().stream())
                .sorted(Comparator.comparing(BanRecord::bannedUntil))
                .toList();
    }
}
