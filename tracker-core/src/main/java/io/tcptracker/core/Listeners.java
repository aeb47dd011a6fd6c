package io.tcptracker.core;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.NotBannedReason;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import java.util.Collection;

/** Tells several listeners, in turn. */
final class Listeners implements TrackerListener {
    private final TrackerListener[] all;

    Listeners(Collection<? extends TrackerListener> all) {
        this.all = all.toArray(new TrackerListener[0]);
    }

    @Override
    public void attempt(Segment attempt) {
        for (TrackerListener each : all) {
            each.attempt(attempt);
        }
    }

    @Override
    public void scan(Scan scan) {
        for (TrackerListener each : all) {
            each.scan(scan);
        }
    }

    @Override
    public void scanDropped(Scan scan) {
        for (TrackerListener each : all) {
            each.scanDropped(scan);
        }
    }

    @Override
    public void spared(Scan scan, Prefix prefix) {
        for (TrackerListener each : all) {
            each.spared(scan, prefix);
        }
    }

    @Override
    public void refused(Scan scan, NotBannedReason why) {
        for (TrackerListener each : all) {
            each.refused(scan, why);
        }
    }

    @Override
    public void budgetSpent() {
        for (TrackerListener each : all) {
            each.budgetSpent();
        }
    }

    @Override
    public void budgetRestored(long refused) {
        for (TrackerListener each : all) {
            each.budgetRestored(refused);
        }
    }

    @Override
    public void firewallRepaired(String damage) {
        for (TrackerListener each : all) {
            each.firewallRepaired(damage);
        }
    }

    @Override
    public void banned(Ban ban) {
        for (TrackerListener each : all) {
            each.banned(ban);
        }
    }

    @Override
    public void wouldBan(Ban ban) {
        for (TrackerListener each : all) {
            each.wouldBan(ban);
        }
    }

    @Override
    public void lifted(Ban ban) {
        for (TrackerListener each : all) {
            each.lifted(ban);
        }
    }

    @Override
    public void firewallFailed(String reason) {
        for (TrackerListener each : all) {
            each.firewallFailed(reason);
        }
    }

    @Override
    public void firewallRecovered() {
        for (TrackerListener each : all) {
            each.firewallRecovered();
        }
    }
}
