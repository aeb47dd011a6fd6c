package io.tcptracker.core.ban;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The bans that were decided on and have not ended, oldest first, one for each source. Not threadsafe. */
final class BanLedger {
    private final Map<Prefix, WantedBan> all = new LinkedHashMap<>();
    /** How many of IPv4 and of IPv6 there are of each length: an address is looked for by each length that there is. */
    private final int[][] lengths = {new int[33], new int[129]};
    /** Those that the firewall doesn't have yet. */
    private final Map<Prefix, WantedBan> fresh = new LinkedHashMap<>();

    /** The first end of one that was put in, be it in still or not: to look at thousands for each new one takes too long. */
    private long nextEnd;

    private boolean ends;

    /** Takes the place of the one that the source has, if it has one. */
    void put(WantedBan ban) {
        Prefix source = ban.ban().source();
        remove(source);
        all.put(source, ban);
        lengths(source.address())[source.length()]++;
        if (!ban.inForce()) {
            fresh.put(source, ban);
        }
        expect(ban);
    }

    private void expect(WantedBan ban) {
        if (ban.hasEnd() && (!ends || ban.end() - nextEnd < 0)) {
            ends = true;
            nextEnd = ban.end();
        }
    }

    void remove(Prefix source) {
        if (all.remove(source) != null) {
            lengths(source.address())[source.length()]--;
        }
        fresh.remove(source);
    }

    private int[] lengths(IpAddress address) {
        return lengths[address.isV4() ? 0 : 1];
    }

    /** The narrowest that covers the address. */
    Optional<WantedBan> covering(IpAddress address) {
        int[] counts = lengths(address);
        for (int length = counts.length - 1; length >= 0; length--) {
            WantedBan ban = counts[length] == 0 ? null : all.get(Prefix.of(address, length));
            if (ban != null) {
                return Optional.of(ban);
            }
        }
        return Optional.empty();
    }

    Optional<WantedBan> get(Prefix source) {
        return Optional.ofNullable(all.get(source));
    }

    boolean has(Prefix source) {
        return all.containsKey(source);
    }

    int size() {
        return all.size();
    }

    Collection<WantedBan> fresh() {
        return List.copyOf(fresh.values());
    }

    /** Says that the firewall has all of them. */
    void putInForce() {
        fresh.values().forEach(WantedBan::putInForce);
        fresh.clear();
    }

    List<Ban> bans() {
        return all.values().stream().map(WantedBan::ban).toList();
    }

    /** Takes out those whose time is up, and returns them. */
    List<WantedBan> takeOutEnded(long now) {
        if (!ends || nextEnd - now > 0) {
            return List.of();
        }
        List<WantedBan> ended = takeOut(each -> each.remaining(now) <= 0);
        ends = false;
        all.values().forEach(this::expect);
        return ended;
    }

    /** Takes out those that are meant, and returns them. */
    List<WantedBan> takeOut(Predicate<? super WantedBan> which) {
        List<WantedBan> out = new ArrayList<>();
        for (Iterator<WantedBan> each = all.values().iterator(); each.hasNext(); ) {
            WantedBan ban = each.next();
            if (which.test(ban)) {
                each.remove();
                Prefix source = ban.ban().source();
                lengths(source.address())[source.length()]--;
                fresh.remove(source);
                out.add(ban);
            }
        }
        return out;
    }

    /** For how long none ends, in nanoseconds; {@link WantedBan#FOREVER} if none does. */
    long untilNextEnd(long now) {
        return ends ? nextEnd - now : WantedBan.FOREVER;
    }
}
