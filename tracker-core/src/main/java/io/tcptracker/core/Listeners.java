package io.tcptracker.core;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.NotBannedReason;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import java.util.List;

/** A listener that passes each event on to several listeners, in turn. */
record Listeners(List<TrackerListener> all) implements TrackerListener {
    @Override
    public void attempt(Segment attempt) {
        // No lambda and no iterator: this is called for each new connection.
        for (int i = 0; i < all.size(); i++) {
            all.get(i).attempt(attempt);
        }
    }

    @Override
    public void scan(Scan scan) {
        all.forEach(each -> each.scan(scan));
    }

    @Override
    public void scanDropped(Scan scan) {
        all.forEach(each -> each.scanDropped(scan));
    }

    @Override
    public void spared(Scan scan, Prefix prefix) {
        all.forEach(each -> each.spared(scan, prefix));
    }

    @Override
    public void refused(Scan scan, NotBannedReason why) {
        all.forEach(each -> each.refused(scan, why));
    }

    @Override
    public void budgetSpent() {
        all.forEach(TrackerListener::budgetSpent);
    }

    @Override
    public void budgetRestored(long refused) {
        all.forEach(each -> each.budgetRestored(refused));
    }

    @Override
    public void firewallRepaired(String damage) {
        all.forEach(each -> each.firewallRepaired(damage));
    }

    @Override
    public void banned(Ban ban) {
        all.forEach(each -> each.banned(ban));
    }

    @Override
    public void wouldBan(Ban ban) {
        all.forEach(each -> each.wouldBan(ban));
    }

    @Override
    public void lifted(Ban ban) {
        all.forEach(each -> each.lifted(ban));
    }

    @Override
    public void firewallFailed(String reason) {
        all.forEach(each -> each.firewallFailed(reason));
    }

    @Override
    public void firewallRecovered() {
        all.forEach(TrackerListener::firewallRecovered);
    }
}
