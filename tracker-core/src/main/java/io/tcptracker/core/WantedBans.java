package io.tcptracker.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The bans that were decided on and have not ended, oldest first, one for each source. Not threadsafe. */
final class WantedBans {
    private final Map<Prefix, WantedBan> all = new LinkedHashMap<>();
    /** Those of more than one address, which the user put up: so few that looking at each does. */
    private final Set<Prefix> wide = new HashSet<>();
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
        if (!source.isSingle()) {
            wide.add(source);
        }
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
        all.remove(source);
        wide.remove(source);
        fresh.remove(source);
    }

    Optional<WantedBan> covering(IpAddress address) {
        WantedBan own = all.get(Prefix.of(address));
        if (own != null) {
            return Optional.of(own);
        }
        return wide.stream()
                .filter(prefix -> prefix.contains(address))
                .findFirst()
                .map(all::get);
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
                wide.remove(ban.ban().source());
                fresh.remove(ban.ban().source());
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
