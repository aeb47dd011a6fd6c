package io.tcptracker.core.ban;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The only ledger of bans. It holds the bans that are wanted, oldest first, one for each source. It also holds the bans that
 * have ended but may still be in the firewall. As a {@link BansInForce} it shows what the firewall was last made to do. Times are those of a ticker,
 * in nanoseconds. Not threadsafe.
 */
final class BanLedger implements BansInForce {
    static final long FOREVER = Long.MAX_VALUE;

    private final Map<Prefix, Entry> wanted = new LinkedHashMap<>();
    /** The number of wanted bans of each prefix length, IPv4 and IPv6: an address is looked for by these lengths alone. */
    private final int[][] lengths = {new int[33], new int[129]};
    /** The wanted bans that the firewall doesn't have yet. */
    private final Map<Prefix, Entry> fresh = new LinkedHashMap<>();
    /** The bans that have ended and that the firewall may still have. */
    private final Map<Prefix, Ban> ended = new LinkedHashMap<>();

    /** No ban ends before. Bans that were taken out early count too: to search thousands for the next takes too long. */
    private long nextEnd;

    private boolean ends;

    /** A ban that is wanted, whether the firewall has it yet or not. */
    private static final class Entry {
        private final Ban ban;
        private final long since;
        /** The ban of the same source that the firewall has instead, if any. */
        private final @Nullable Ban former;

        private boolean inForce;

        private Entry(Ban ban, long since, @Nullable Ban former) {
            this.ban = ban;
            this.since = since;
            this.former = former;
        }

        private boolean hasEnd() {
            return !ban.length().isZero();
        }

        private long end() {
            return since + ban.length().toNanos();
        }

        private @Nullable Ban inForce() {
            return inForce ? ban : former;
        }
    }

    /** Adds a ban that begins at {@code since}. It takes the place of the source's former ban. */
    void put(Ban ban, long since) {
        Entry former = wanted.get(ban.source());
        Entry entry = new Entry(ban, since, former == null ? null : former.inForce());
        put(entry);
        fresh.put(ban.source(), entry);
    }

    /** Adds a ban that began at {@code since} and that the firewall has already. */
    void putInForce(Ban ban, long since) {
        Entry entry = new Entry(ban, since, null);
        entry.inForce = true;
        put(entry);
    }

    private void put(Entry entry) {
        Prefix source = entry.ban.source();
        if (wanted.remove(source) != null) {
            forget(source);
        }
        wanted.put(source, entry);
        lengths(source.address())[source.length()]++;
        expect(entry);
    }

    private void forget(Prefix source) {
        lengths(source.address())[source.length()]--;
        fresh.remove(source);
    }

    private void expect(Entry entry) {
        if (entry.hasEnd() && (!ends || entry.end() - nextEnd < 0)) {
            ends = true;
            nextEnd = entry.end();
        }
    }

    private int[] lengths(IpAddress address) {
        return lengths[address.isV4() ? 0 : 1];
    }

    /** Returns the wanted ban of the narrowest prefix that covers the address. */
    Optional<Ban> covering(IpAddress address) {
        int[] counts = lengths(address);
        for (int length = counts.length - 1; length >= 0; length--) {
            Entry entry = counts[length] == 0 ? null : wanted.get(Prefix.of(address, length));
            if (entry != null) {
                return Optional.of(entry.ban);
            }
        }
        return Optional.empty();
    }

    /** Returns whether the firewall has the wanted ban of this source. */
    boolean isInForce(Prefix source) {
        Entry entry = wanted.get(source);
        return entry != null && entry.inForce;
    }

    /** Returns the number of wanted bans. */
    int size() {
        return wanted.size();
    }

    /** Returns the wanted bans, oldest first. */
    List<Ban> wanted() {
        return wanted.values().stream().map(entry -> entry.ban).toList();
    }

    /** Returns the wanted bans that the firewall doesn't have yet. */
    List<Ban> fresh() {
        return fresh.values().stream().map(entry -> entry.ban).toList();
    }

    /** Adds a ban that has ended and that the firewall is to lift. */
    void lift(Ban ban) {
        ended.put(ban.source(), ban);
    }

    /** Returns the sources of bans that the firewall is to lift, but for those that are banned again. */
    List<Prefix> toLift() {
        return ended.keySet().stream()
                .filter(source -> !wanted.containsKey(source))
                .toList();
    }

    /** Records that the firewall has all wanted bans and no others. Returns those that it had to lift. */
    List<Ban> putAllInForce() {
        fresh.values().forEach(entry -> entry.inForce = true);
        fresh.clear();
        List<Ban> lifted = List.copyOf(ended.values());
        ended.clear();
        return lifted;
    }

    @Override
    public Optional<Ban> get(Prefix source) {
        Entry entry = wanted.get(source);
        Ban inForce = entry == null ? null : entry.inForce();
        return Optional.ofNullable(inForce == null ? ended.get(source) : inForce);
    }

    @Override
    public Stream<Ban> all() {
        return Stream.concat(
                wanted.keySet().stream().flatMap(source -> get(source).stream()),
                ended.values().stream().filter(ban -> !wanted.containsKey(ban.source())));
    }

    /** Takes out the bans whose time is over. Returns those of them that the firewall has. */
    List<Ban> takeOutEnded(long now) {
        if (!ends || nextEnd - now > 0) {
            return List.of();
        }
        List<Ban> over = remove(entry -> entry.hasEnd() && entry.end() - now <= 0);
        ends = false;
        wanted.values().forEach(this::expect);
        return over;
    }

    /** Takes out these wanted bans. Returns those of them that the firewall has. */
    List<Ban> takeOut(Predicate<Ban> which) {
        return remove(entry -> which.test(entry.ban));
    }

    private List<Ban> remove(Predicate<Entry> which) {
        List<Ban> inForce = new ArrayList<>();
        for (Iterator<Entry> each = wanted.values().iterator(); each.hasNext(); ) {
            Entry entry = each.next();
            if (which.test(entry)) {
                each.remove();
                forget(entry.ban.source());
                if (entry.inForce) {
                    inForce.add(entry.ban);
                }
            }
        }
        return inForce;
    }

    /** Returns how long no ban ends, in nanoseconds; {@link #FOREVER} if none does. */
    long untilNextEnd(long now) {
        return ends ? nextEnd - now : FOREVER;
    }
}
