package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.ipset.Ipset.Header;
import io.tcptracker.firewall.iptables.TrackerChain;
import io.tcptracker.firewall.iptables.TrackerChains;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A search for what other programs did to our sets and to the rules that match them. It reads no entries. Immutable. */
record SetDamage(TrackerChains chains, Ipset ipset, Clock clock) {
    /** An entry goes at some moment of the second in which its time is over. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** Returns what is wrong, in a few words. */
    Optional<String> find(Map<AddressFamily, List<String>> rules, BansInForce believed) throws FirewallException {
        Map<String, Header> headers = ipset.headers();
        for (TrackerChain chain : chains.all()) {
            AddressFamily family = chain.family();
            if (!SetRules.matches(rules.getOrDefault(family, List.of()), family)) {
                return Optional.of("the rules of the chain were changed (" + family.tool() + ")");
            }
            for (String set : List.of(family.allowed(), family.bans())) {
                if (!headers.containsKey(set)) {
                    return Optional.of("the set " + set + " is gone");
                }
            }
            Header bans = headers.get(family.bans());
            if (bans == null || !isOurs(bans)) {
                return Optional.of("the set " + family.bans() + " is not the one we made");
            }
            long missing = bans.entries() < 0 ? 0 : live(family, believed) - bans.entries();
            if (missing > 0) {
                return Optional.of("bans are gone from the set " + family.bans() + " (" + missing + ")");
            }
        }
        return Optional.empty();
    }

    /** Returns how many entries the kernel can't have ended yet. To count them costs less than to read the set. */
    private long live(AddressFamily family, BansInForce believed) {
        Instant soon = clock.instant().plus(GRACE);
        return believed.all()
                .filter(ban -> family.has(ban.source()) && !BanEntry.hasLapsed(ban, soon))
                .count();
    }

    private static boolean isOurs(Header header) {
        List<String> options = Arrays.asList(header.options().split(" ", -1));
        return header.type().equals("hash:net") && options.containsAll(List.of("timeout", "comment"));
    }
}
