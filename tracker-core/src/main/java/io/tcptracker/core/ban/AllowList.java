package io.tcptracker.core.ban;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The prefixes that are never banned. Always among them are the prefixes that are no single host: loopback, unspecified,
 * multicast and broadcast. IPv6 link-local is too, without which neighbours lose each other. Immutable.
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

    /** Returns a list of these prefixes and of those that are always allowed. */
    public static AllowList of(Collection<Prefix> prefixes) {
        return ofEntries(
                prefixes.stream().map(prefix -> new Entry(prefix, "allowed")).toList());
    }

    /** Returns a list of these entries and of those that are always there. */
    public static AllowList ofEntries(Collection<Entry> entries) {
        List<Entry> all = new ArrayList<>(ALWAYS);
        all.addAll(entries);
        return new AllowList(all);
    }

    /** Returns all entries, those that are always there first. */
    public List<Entry> entries() {
        return entries;
    }

    /** Returns the prefix that keeps this address from being banned; empty if it may be banned. */
    public Optional<Prefix> covering(IpAddress address) {
        return entries.stream()
                .map(Entry::prefix)
                .filter(prefix -> prefix.contains(address))
                .findFirst();
    }

    /** Returns an entry around this prefix or within it; empty if the prefix may be banned as a whole. */
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
