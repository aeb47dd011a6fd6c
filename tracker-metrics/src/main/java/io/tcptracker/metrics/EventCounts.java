package io.tcptracker.metrics;

import io.tcptracker.core.Ban;
import io.tcptracker.core.Scan;
import io.tcptracker.core.Segment;
import io.tcptracker.core.TrackerListener;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the tracker tells. Counts alone are kept, so that nothing a stranger sends makes it grow. Threadsafe.
 */
public final class EventCounts implements TrackerListener {
    final LongAdder attempts = new LongAdder();
    final LongAdder scans = new LongAdder();
    final LongAdder scansDropped = new LongAdder();
    final LongAdder bans = new LongAdder();
    final LongAdder bansRefused = new LongAdder();
    final LongAdder firewallFailures = new LongAdder();

    @Override
    public void attempt(Segment attempt) {
        attempts.increment();
    }

    @Override
    public void scan(Scan scan) {
        scans.increment();
    }

    @Override
    public void scanDropped(Scan scan) {
        scansDropped.increment();
    }

    @Override
    public void refused(Scan scan) {
        bansRefused.increment();
    }

    @Override
    public void banned(Ban ban) {
        bans.increment();
    }

    @Override
    public void firewallFailed(String reason) {
        firewallFailures.increment();
    }
}
