package io.tcptracker.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The prefixes that are never banned, whatever they do. Those that are no single host (loopback, unspecified, multicast,
 * broadcast) and IPv6 link-local, without which neighbours lose each other, are always among them. Immutable.
 */
public final class AllowList {
    private static final List<Prefix> ALWAYS = List.of(
            Prefix.parse("127.0.0.0/8"),
            Prefix.parse("0.0.0.0/8"),
            Prefix.parse("224.0.0.0/4"),
            Prefix.parse("255.255.255.255"),
            Prefix.parse("::1"),
            Prefix.parse("::"),
            Prefix.parse("ff00::/8"),
            Prefix.parse("fe80::/10"));

    private final List<Prefix> prefixes;

    private AllowList(List<Prefix> prefixes) {
        this.prefixes = List.copyOf(prefixes);
    }

    /** The prefixes given and those that are always allowed. */
    public static AllowList of(Collection<Prefix> prefixes) {
        List<Prefix> all = new ArrayList<>(ALWAYS);
        all.addAll(prefixes);
        return new AllowList(all);
    }

    /** The prefix that keeps this address from being banned; empty if it may be banned. */
    public Optional<Prefix> covering(IpAddress address) {
        return prefixes.stream().filter(prefix -> prefix.contains(address)).findFirst();
    }
}
