package io.tcptracker.capture.decode;

import java.util.Optional;

/** The header with which the frames of a device or file begin. */
public enum LinkType {
    /** BSD loopback: the address family, in the byte order of the capturing host, or on OpenBSD of the network. */
    LOOPBACK,
    ETHERNET,
    /** IPv4 or IPv6 with nothing before it. */
    RAW,
    LINUX_COOKED,
    IPV4,
    IPV6,
    LINUX_COOKED_2;

    /** Returns the type with this number in the tcpdump.org list of link-layer header types; empty if it can't be decoded. */
    public static Optional<LinkType> of(int number) {
        return switch (number) {
            case 0, 108 -> Optional.of(LOOPBACK);
            case 1 -> Optional.of(ETHERNET);
            case 101, 12, 14 -> Optional.of(RAW); // some systems write their own number to files
            case 113 -> Optional.of(LINUX_COOKED);
            case 228 -> Optional.of(IPV4);
            case 229 -> Optional.of(IPV6);
            case 276 -> Optional.of(LINUX_COOKED_2);
            default -> Optional.empty();
        };
    }
}
