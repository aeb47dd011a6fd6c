package io.tcptracker.core.ban;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The prefixes that are never banned, whatever they do. Those that are no single host (loopback, unspecified, multicast,
 * broadcast) and IPv6 link-local, without which neighbours lose each other, are always among them. Immutable.
 */
public final class AllowList {
    private static final List<Entry> ALWAYS = List.of(
            Entry.of("127.0.0.0/8", "loopback"),
            Entry.of("0.0.0.0/8", "unspecified"),
            Entry.of("224.0.0.0/4", "multicast"),
            Entry.of("255.255.255.255", "broadcast"),
            Entry.of("::1", "loopback"),
            Entry.of("::", "unspecified"),
            Entry.of("ff00::/8", "multicast"),
            Entry.of("fe80::/10", "link-local"));

    private final List<Entry> entries;

    private AllowList(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** The prefixes given and those that are always allowed. */
    public static AllowList of(Collection<Prefix> prefixes) {
        return ofEntries(
                prefixes.stream().map(prefix -> new Entry(prefix, "allowed")).toList());
    }

    /** The entries given and those that are always there. */
    public static AllowList ofEntries(Collection<Entry> entries) {
        List<Entry> all = new ArrayList<>(ALWAYS);
        all.addAll(entries);
        return new AllowList(all);
    }

    /** All of it, those that are always there first. */
    public List<Entry> entries() {
        return entries;
    }

    /** The prefix that keeps this address from being banned; empty if it may be banned. */
    public Optional<Prefix> covering(IpAddress address) {
        return entries.stream()
                .map(Entry::prefix)
                .filter(prefix -> prefix.contains(address))
                .findFirst();
    }

    /** What keeps this prefix from being banned as a whole: an entry around it or within it. Empty if it may be. */
    public Optional<Entry> overlapping(Prefix prefix) {
        return entries.stream().filter(entry -> entry.prefix().overlaps(prefix)).findFirst();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AllowList that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }

    /**
     * A prefix that is never banned.
     *
     * @param reason why, in a few words for people
     */
    public record Entry(Prefix prefix, String reason) {
        static Entry of(String prefix, String reason) {
            return new Entry(Prefix.parse(prefix), reason);
        }
    }
}
