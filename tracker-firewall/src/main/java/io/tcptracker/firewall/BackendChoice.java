package io.tcptracker.firewall;

/** A way to put bans in force. */
public enum BackendChoice {
    /** The best that works here: sets if they do, else plain rules; nftables where there is no iptables. */
    AUTO,
    /** The bans as entries of kernel sets, which one rule of iptables and one of ip6tables match. */
    IPSET,
    /** The bans as rules of iptables and ip6tables, up to 2000 of them, which the tracker must lift. */
    IPTABLES,
    /** The bans as elements of the sets of an nftables table of our own. */
    NFT
}
