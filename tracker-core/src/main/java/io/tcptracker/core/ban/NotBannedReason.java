package io.tcptracker.core.ban;

/** Why a scanner isn't banned, though it is not on the allow list. */
public enum NotBannedReason {
    /** As many bans as the policy permits, or as the firewall has room for, are in force. */
    FULL,
    /** As many sources as the policy permits were banned within a minute. */
    OVER_BUDGET,
    /**
     * No host has such an address, so somebody forged it: loopback, multicast, reserved or unspecified. Or all that tells of
     * the scan is what its destination sent, and that isn't on the allow list, as our own addresses are.
     */
    FORGED
}
