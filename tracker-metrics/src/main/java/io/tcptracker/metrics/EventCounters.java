package io.tcptracker.metrics;

import io.tcptracker.core.Ban;
import io.tcptracker.core.Refusal;
import io.tcptracker.core.Scan;
import io.tcptracker.core.Segment;
import io.tcptracker.core.TrackerListener;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what the tracker tells. Counts alone are kept, so that nothing a stranger sends makes it grow. Any thread may read
 * them.
 */
public final class EventCounters implements TrackerListener {
    final AtomicLong attempts = new AtomicLong();
    final AtomicLong scans = new AtomicLong();
    final AtomicLong scansDropped = new AtomicLong();
    final AtomicLong bans = new AtomicLong();
    final AtomicLong firewallRepairs = new AtomicLong();
    /** A counter for each reason. */
    final Map<Refusal, AtomicLong> bansRefused = new EnumMap<>(Refusal.class);

    volatile boolean overBudget;

    final AtomicLong firewallFailures = new AtomicLong();

    /** Starts at zero. */
    public EventCounters() {
        for (Refusal why : Refusal.values()) {
            bansRefused.put(why, new AtomicLong());
        }
    }

    @Override
    public void attempt(Segment attempt) {
        count(attempts);
    }

    @Override
    public void scan(Scan scan) {
        count(scans);
    }

    @Override
    public void scanDropped(Scan scan) {
        count(scansDropped);
    }

    @Override
    public void refused(Scan scan, Refusal why) {
        count(Objects.requireNonNull(bansRefused.get(why)));
    }

    @Override
    public void budgetSpent() {
        overBudget = true;
    }

    @Override
    public void budgetRestored(long refused) {
        overBudget = false;
    }

    @Override
    public void firewallRepaired(String damage) {
        count(firewallRepairs);
    }

    @Override
    public void banned(Ban ban) {
        count(bans);
    }

    @Override
    public void firewallFailed(String reason) {
        count(firewallFailures);
    }

    /** Each event is told by one thread alone, so a plain addition does, for a tenth of the price. */
    private static void count(AtomicLong counter) {
        counter.setRelease(counter.getPlain() + 1);
    }
}
