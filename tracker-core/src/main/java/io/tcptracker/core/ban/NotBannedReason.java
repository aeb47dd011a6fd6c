package io.tcptracker.core.ban;

/** A reason why a scanner isn't banned, though it is not on the allow list. */
public enum NotBannedReason {
    /** The limit of the policy, or of the firewall, for bans in force is reached. */
    FULL,
    /** The limit of the policy for bans a minute is reached. */
    OVER_BUDGET,
    /**
     * The source may be spoofed. No host has such an address: loopback, multicast, reserved or unspecified. Or the only
     * sign of the scan is sent by its destination, which isn't on the allow list, as our own addresses are.
     */
    FORGED
}
