package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Scan;

/** A receiver of what happens to bans, for a log or for metrics. Called on the thread that keeps the firewall. */
public interface BanListener {
    /**
     * Receives a scan whose source is not banned because of this prefix of the allow list. The prefix covers the source, or
     * is in the source's network, of which several addresses took part.
     */
    default void spared(Scan scan, Prefix prefix) {}

    /** Receives a scan whose source is not banned for this reason. */
    default void refused(Scan scan, NotBannedReason why) {}

    /**
     * Receives the moment from which more sources scan than may be banned a minute. Until {@link #budgetRestored}, sources are
     * {@linkplain NotBannedReason#OVER_BUDGET refused}.
     */
    default void budgetSpent() {}

    /** Receives the moment from which there is budget again, and the number of bans refused before. */
    default void budgetRestored(long refused) {}

    /** Receives a ban that is in force from now on, be it a new one or a renewed one. */
    default void banned(Ban ban) {}

    /** Receives a ban that would be in force if this weren't a dry run. */
    default void wouldBan(Ban ban) {}

    /** Receives a ban that has ended, or was lifted. */
    default void lifted(Ban ban) {}

    /** Receives the reason why the firewall could not be changed. The wanted bans are kept and tried again. */
    default void firewallFailed(String reason) {}

    /**
     * Receives the end of a repair: other programs had changed what is ours in the firewall, and all of it is back.
     *
     * @param damage what was wrong, in a few words
     */
    default void firewallRepaired(String damage) {}

    /** Receives the first successful change of the firewall after a failure. */
    default void firewallRecovered() {}
}
