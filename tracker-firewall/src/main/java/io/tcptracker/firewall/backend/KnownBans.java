package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.ipset.BanEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** What we put into the sets, to tell whether somebody took it out, without reading them. */
public final class KnownBans {
    /** An entry goes at some moment of the second that its time is up in. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Map<AddressFamily, Map<Prefix, Ban>> bans = new EnumMap<>(AddressFamily.class);

    public KnownBans() {
        for (AddressFamily family : AddressFamily.values()) {
            bans.put(family, new HashMap<>());
        }
    }

    public void add(Ban ban) {
        of(ban.source()).put(ban.source(), ban);
    }

    public void remove(Prefix source) {
        of(source).remove(source);
    }

    public boolean has(Prefix source) {
        return of(source).containsKey(source);
    }

    private Map<Prefix, Ban> of(Prefix source) {
        return of(AddressFamily.V4.has(source) ? AddressFamily.V4 : AddressFamily.V6);
    }

    private Map<Prefix, Ban> of(AddressFamily family) {
        return bans.getOrDefault(family, Map.of());
    }

    /** How many are missing of a set that has so many entries: at least, as others may have put in some. */
    public int missing(AddressFamily family, int entries, Instant now) {
        Collection<Ban> known = of(family).values();
        if (known.size() > entries) {
            known.removeIf(ban -> BanEntry.hasLapsed(ban, now.plus(GRACE)));
        }
        return Math.max(0, known.size() - entries);
    }
}
