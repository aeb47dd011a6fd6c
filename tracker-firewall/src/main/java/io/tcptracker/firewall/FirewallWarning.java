package io.tcptracker.firewall;

/**
 * A fact about this host that matters to a firewall, in a sentence for people. Immutable.
 *
 * @param text the fact and its effect, in one line without a full stop, and without a word on what to do
 */
public record FirewallWarning(Kind kind, String text) {
    /** A sort of fact, by which a program that embeds the firewall words what to do. */
    public enum Kind {
        /** Docker forwards traffic to containers, where bans of this host alone have no effect. */
        DOCKER,
        /** This host forwards traffic, where bans of this host alone have no effect. */
        FORWARDING,
        /** A reload of firewalld takes the chain away. */
        FIREWALLD,
        /** A reload of {@code nftables.service} takes all rules away. */
        NFTABLES_SERVICE,
        /** Rules that are restored at boot contain some of a tracker. */
        SAVED_RULES,
        /** ufw is enabled, which does no harm. */
        UFW
    }
}
