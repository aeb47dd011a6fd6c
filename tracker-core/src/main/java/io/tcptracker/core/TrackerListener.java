package io.tcptracker.core;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.NotBannedReason;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;

/**
 * Is told what happens, for a log or for metrics. The methods under "capture" are called on the thread that captures and
 * must not wait for anything; those under "firewall" on the thread that keeps the firewall.
 */
public interface TrackerListener {
    // capture

    /** A source tried to open a connection. */
    default void attempt(Segment attempt) {}

    /** A scan was found; said once while it goes on. */
    default void scan(Scan scan) {}

    /** A scan is not acted upon, since too many wait for the firewall. */
    default void scanDropped(Scan scan) {}

    // firewall

    /**
     * A scanner is not banned because this prefix of the allow list covers it, or is in its network, of which several
     * addresses took part.
     */
    default void spared(Scan scan, Prefix prefix) {}

    /** A scanner is not banned for this reason. */
    default void refused(Scan scan, NotBannedReason why) {}

    /** More sources scan than may be banned a minute: from now on scanners are {@linkplain NotBannedReason#OVER_BUDGET refused}. */
    default void budgetSpent() {}

    /** There is budget again, after so many were refused. */
    default void budgetRestored(long refused) {}

    /** A ban is in force, be it a new one or one that begins anew. */
    default void banned(Ban ban) {}

    /** A ban would be in force if this weren't a dry run. */
    default void wouldBan(Ban ban) {}

    /** A ban has ended, or was lifted. */
    default void lifted(Ban ban) {}

    /** The firewall could not be changed; the bans wanted are kept and it is tried again. */
    default void firewallFailed(String reason) {}

    /**
     * Somebody else had changed what is ours in the firewall; all of it is back.
     *
     * @param damage what was wrong, in a few words
     */
    default void firewallRepaired(String damage) {}

    /** The firewall could be changed again. */
    default void firewallRecovered() {}
}
