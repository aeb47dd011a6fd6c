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
 * A monitor of the capture. It warns of lost packets, once a minute at most, and of a device that shows one direction
 * only. It reports a capture that hangs.
 *
 * <p>One thread {@linkplain #check checks}; any thread may ask for the {@link #trouble}.
 */
final class CaptureMonitor {
    private static final Logger log = LoggerFactory.getLogger(CaptureMonitor.class);

    private static final long WARN_EVERY = TimeUnit.MINUTES.toNanos(1);
    /** Long enough for the next scrape, or the next check of health, to see a loss. */
    private static final long LOSS_SHOWS = TimeUnit.SECONDS.toNanos(30);
    /** Much longer than a healthy capture takes between two polls: it polls several times a second. */
    private static final long HANGS_AFTER = TimeUnit.SECONDS.toNanos(5);
    /** Enough packets for some answers among them, where both directions pass the device. */
    private static final int PACKETS_WITH_ANSWERS = 1_000;

    private final Supplier<Statistics> statistics;
    private final Supplier<Optional<Long>> lastPoll;
    private final LongSupplier answers;
    private final LongSupplier ticker;

    private long known;
    private long unsaid;
    private @Nullable Long saidAt;
    private boolean saidOneWay;
    private volatile @Nullable Long lostAt;

    /**
     * Begins to monitor a capture.
     *
     * @param lastPoll the time of the last poll for packets, by the ticker; empty if unknown
     * @param answers how many answers were seen; a positive number if they don't matter
     * @param ticker a monotonic clock in nanoseconds
     */
    CaptureMonitor(
            Supplier<Statistics> statistics,
            Supplier<Optional<Long>> lastPoll,
            LongSupplier answers,
            LongSupplier ticker) {
        this.statistics = statistics;
        this.lastPoll = lastPoll;
        this.answers = answers;
        this.ticker = ticker;
    }

    /** Warns of the losses since the last check, and once of missing answers. */
    void check() {
        Statistics now = statistics.get();
        checkLoss(now.droppedByKernel() + now.droppedByInterface());
        if (!saidOneWay && now.received() >= PACKETS_WITH_ANSWERS && answers.getAsLong() == 0) {
            saidOneWay = true;
            log.warn("no SYN-ACK or RST seen yet; this interface may see one direction only. --unanswered ignores"
                    + " timeouts until an answer is seen");
        }
    }

    private void checkLoss(long lost) {
        if (lost > known) {
            unsaid += lost - known;
            known = lost;
            lostAt = ticker.getAsLong();
        }
        if (unsaid > 0 && (saidAt == null || ticker.getAsLong() - saidAt >= WARN_EVERY)) {
            saidAt = ticker.getAsLong();
            log.warn("{} packets were lost before they could be read: connections and scans may be missing", unsaid);
            unsaid = 0;
        }
    }

    /** Returns the present problem of the capture. */
    Optional<String> trouble() {
        long now = ticker.getAsLong();
        Optional<Long> poll = lastPoll.get();
        if (poll.isPresent() && now - poll.get() >= HANGS_AFTER) {
            return Optional.of("the capture hangs: its last poll for packets was "
                    + TimeUnit.NANOSECONDS.toSeconds(now - poll.get()) + " s ago");
        }
        Long lost = lostAt;
        return lost != null && now - lost < LOSS_SHOWS
                ? Optional.of("packets are being lost before they can be read; a larger --buffer may help")
                : Optional.empty();
    }
}
