package io.tcptracker.metrics;

import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.NotBannedReason;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A listener that counts the tracker's events. It keeps numbers only, so no packet can make it grow. Any thread may read the
 * numbers.
 */
public final class EventCounters implements TrackerListener {
    final AtomicLong attempts = new AtomicLong();
    final AtomicLong scans = new AtomicLong();
    final AtomicLong scansDropped = new AtomicLong();
    final AtomicLong bans = new AtomicLong();
    final AtomicLong firewallRepairs = new AtomicLong();
    final Map<NotBannedReason, AtomicLong> bansRefused = new EnumMap<>(NotBannedReason.class);
    final AtomicLong firewallFailures = new AtomicLong();
    volatile boolean overBudget;

    /** Creates counters that are all 0. */
    public EventCounters() {
        for (NotBannedReason why : NotBannedReason.values()) {
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
    public void refused(Scan scan, NotBannedReason why) {
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

    private static void count(AtomicLong counter) {
        // Only one thread reports each kind of event, so a plain addition is enough. It costs a tenth of an atomic one.
        counter.setRelease(counter.getPlain() + 1);
    }
}
