package io.tcptracker.cli.run;

import io.tcptracker.core.net.PacketSource.Statistics;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether packets are lost, and whether the capture still looks for them: says so, at most once a minute, and has the
 * health turn red.
 *
 * <p>One thread {@linkplain #check checks}; any may ask for the {@link #trouble}.
 */
final class CaptureWatch {
    private static final Logger log = LoggerFactory.getLogger(CaptureWatch.class);

    private static final long WARN_EVERY = TimeUnit.MINUTES.toNanos(1);
    /** A scrape or a check of health that comes every so often shall see it. */
    private static final long LOSS_SHOWS = TimeUnit.SECONDS.toNanos(30);
    /** It looks several times a second. */
    private static final long HANGS_AFTER = TimeUnit.SECONDS.toNanos(5);

    private final Supplier<Statistics> statistics;
    private final Supplier<Optional<Long>> lastLooked;
    private final LongSupplier ticker;

    private long known;
    private long unsaid;
    private @Nullable Long saidAt;
    private volatile @Nullable Long lostAt;

    /**
     * Begins to watch a capture.
     *
     * @param lastLooked when it last looked for packets, by the ticker; empty if that can't be told
     * @param ticker a monotonic clock in nanoseconds
     */
    CaptureWatch(Supplier<Statistics> statistics, Supplier<Optional<Long>> lastLooked, LongSupplier ticker) {
        this.statistics = statistics;
        this.lastLooked = lastLooked;
        this.ticker = ticker;
    }

    /** Takes note of what was lost since the last time. */
    void check() {
        Statistics now = statistics.get();
        long lost = now.droppedByKernel() + now.droppedByInterface();
        if (lost > known) {
            unsaid += lost - known;
            known = lost;
            lostAt = ticker.getAsLong();
        }
        if (unsaid > 0 && (saidAt == null || ticker.getAsLong() - saidAt >= WARN_EVERY)) {
            saidAt = ticker.getAsLong();
            log.warn(
                    "packets were lost before they could be read, {} of them: connections and scans may be missing",
                    unsaid);
            unsaid = 0;
        }
    }

    /** What is wrong with the capture now. */
    Optional<String> trouble() {
        long now = ticker.getAsLong();
        Optional<Long> looked = lastLooked.get();
        if (looked.isPresent() && now - looked.get() >= HANGS_AFTER) {
            return Optional.of("the capture hangs: it has not looked for packets for "
                    + TimeUnit.NANOSECONDS.toSeconds(now - looked.get()) + " s");
        }
        Long lost = lostAt;
        return lost != null && now - lost < LOSS_SHOWS
                ? Optional.of("packets are being lost before they can be read; a larger --buffer may help")
                : Optional.empty();
    }
}
