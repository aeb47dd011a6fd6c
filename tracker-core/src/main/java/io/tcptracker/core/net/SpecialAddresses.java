package io.tcptracker.core.net;

import java.util.List;

/**
 * The addresses that no host on a network has, so that a packet from one is spoofed (RFC 1812, 5.3.7; RFC 4291, 2.5 and 2.7).
 * Addresses for private use, documentation and benchmarks are not among them, as there are networks that use them.
 */
public final class SpecialAddresses {
    private static final List<Prefix> ALL = List.of(
            Prefix.parse("0.0.0.0/8"),
            Prefix.parse("127.0.0.0/8"),
            Prefix.parse("224.0.0.0/3"), // multicast, reserved and broadcast
            Prefix.parse("::/127"), // unspecified and loopback
            Prefix.parse("ff00::/8"));

    private SpecialAddresses() {}

    public static boolean is(IpAddress source) {
        return ALL.stream().anyMatch(prefix -> prefix.contains(source));
    }
}
