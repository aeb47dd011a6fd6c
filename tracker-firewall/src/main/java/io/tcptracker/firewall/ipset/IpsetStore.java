package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.AllowEntryText;
import io.tcptracker.firewall.backend.BanStore;
import io.tcptracker.firewall.backend.FailureCollector;
import io.tcptracker.firewall.backend.KnownBans;
import io.tcptracker.firewall.ipset.Ipset.Header;
import io.tcptracker.firewall.iptables.IptablesRules;
import io.tcptracker.firewall.iptables.TrackerChain;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bans as entries of kernel sets, of which the chains need but one rule, however many there are. */
public final class IpsetStore implements BanStore {
    /** The most bans that a policy may ask for, of each family. */
    private static final int CAPACITY = 100_000;

    private final List<TrackerChain> chains;
    private final IpsetSets sets;
    private final Ipset ipset;
    private final Clock clock;
    /** What we know to be in the sets; null if others changed that. */
    private @Nullable KnownBans known;

    public IpsetStore(List<TrackerChain> chains, Ipset ipset, Clock clock) {
        this.chains = chains;
        this.ipset = ipset;
        this.sets = new IpsetSets(ipset, CAPACITY);
        this.clock = clock;
    }

    /** Refuses where sets or rules that match them can't be made; leaves nothing behind. */
    public void probe() throws FirewallException {
        for (TrackerChain chain : chains) {
            sets.probe(chain);
        }
    }

    private static List<String> rules(AddressFamily family, long generation) {
        String rule = "-A " + TrackerChain.NAME + " -m set --match-set ";
        return List.of(
                rule + family.allowed() + " src" + TrackerChain.generation(generation) + " -j RETURN",
                rule + family.bans() + " src -j DROP");
    }

    @Override
    public void replace(Collection<Ban> bans, AllowList allowed, long generation) throws FirewallException {
        Instant now = clock.instant();
        Map<Prefix, Ban> latest = latest(bans);
        KnownBans inForce = new KnownBans();
        FailureCollector failures = new FailureCollector();
        for (TrackerChain chain : chains) {
            AddressFamily family = chain.family();
            sets.fillAllowed(family, allowed);
            List<Ban> live = latest.values().stream()
                    .filter(ban -> family.has(ban.source()) && !BanEntry.hasLapsed(ban, now))
                    .toList();
            note(live, sets.fillBans(family, live, now), inForce, failures);
            chain.install(rules(family, generation));
        }
        known = inForce;
        failures.throwFirst();
    }

    @Override
    public void add(Collection<Ban> bans) throws FirewallException {
        Instant now = clock.instant();
        KnownBans inForce = known == null ? new KnownBans() : known;
        FailureCollector failures = new FailureCollector();
        List<Ban> each = latest(bans).values().stream()
                .filter(ban -> chains.stream().anyMatch(chain -> chain.family().has(ban.source())))
                .toList();
        note(each, sets.add(each, now), inForce, failures);
        failures.throwFirst();
    }

    private void note(List<Ban> bans, List<String> answers, KnownBans inForce, FailureCollector failures) {
        for (int i = 0; i < bans.size(); i++) {
            Ban ban = bans.get(i);
            if (answers.get(i).isEmpty()) {
                inForce.add(ban);
            } else {
                failures.add(ipset.failure(answers.get(i)), "for the ban of " + ban.source());
            }
        }
    }

    private static Map<Prefix, Ban> latest(Collection<Ban> bans) {
        Map<Prefix, Ban> latest = new LinkedHashMap<>();
        bans.forEach(ban -> latest.put(ban.source(), ban));
        return latest;
    }

    @Override
    public void lift(Collection<Prefix> sources) throws FirewallException {
        List<Prefix> each = List.copyOf(sources);
        List<String> answers = sets.lift(each);
        FailureCollector failures = new FailureCollector();
        for (int i = 0; i < each.size(); i++) {
            String answer = answers.get(i);
            // Where the set is gone, so is the ban.
            if (answer.isEmpty() || ipset.failure(answer).kind() == Kind.CHAIN_GONE) {
                if (known != null) {
                    known.remove(each.get(i));
                }
            } else {
                failures.add(ipset.failure(answer), "for the end of the ban of " + each.get(i));
            }
        }
        failures.throwFirst();
    }

    @Override
    public void allow(AllowList allowed) throws FirewallException {
        for (TrackerChain chain : chains) {
            sets.fillAllowed(chain.family(), allowed);
        }
    }

    @Override
    public List<AllowList.Entry> allowed() throws FirewallException {
        List<AllowList.Entry> allowed = new ArrayList<>();
        for (TrackerChain chain : chains) {
            allowed.addAll(AllowEntryText.parseAll(ipset.entries(chain.family().allowed())));
        }
        return allowed;
    }

    @Override
    public List<Ban> bans() throws FirewallException {
        KnownBans found = new KnownBans();
        List<Ban> bans = new ArrayList<>();
        for (TrackerChain chain : chains) {
            for (Ban ban : sets.bans(chain.family(), clock.instant())) {
                found.add(ban);
                bans.add(ban);
            }
            // Those of an earlier run without sets, until we put up the chain anew.
            IptablesRules.bans(chain).stream()
                    .filter(ban -> !found.has(ban.source()))
                    .forEach(bans::add);
        }
        known = found;
        return bans;
    }

    @Override
    public Optional<String> damage(Map<AddressFamily, List<String>> rules) throws FirewallException {
        Map<String, Header> headers = ipset.headers();
        for (TrackerChain chain : chains) {
            AddressFamily family = chain.family();
            if (!matches(rules.getOrDefault(family, List.of()), family)) {
                return Optional.of("the rules of the chain were changed (" + family.tool() + ")");
            }
            for (String set : List.of(family.allowed(), family.bans())) {
                if (!headers.containsKey(set)) {
                    return Optional.of("the set " + set + " is gone");
                }
            }
            Header bans = headers.get(family.bans());
            if (bans == null || !sets.isOurs(bans)) {
                return Optional.of("the set " + family.bans() + " is not the one we made");
            }
            int missing =
                    known == null || bans.entries() < 0 ? 0 : known.missing(family, bans.entries(), clock.instant());
            if (missing > 0) {
                return Optional.of("bans are gone from the set " + family.bans() + " (" + missing + ")");
            }
        }
        return Optional.empty();
    }

    private static boolean matches(List<String> rules, AddressFamily family) {
        String expected = String.join("\n", rules(family, 0));
        Pattern pattern =
                Pattern.compile(Pattern.quote(expected).replace("\"generation=0\"", "\\E\"?generation=\\d+\"?\\Q"));
        return pattern.matcher(String.join("\n", rules)).matches();
    }

    @Override
    public void changedByHand() {
        known = null;
    }

    @Override
    public void remove() throws FirewallException {
        ipset.close();
        sets.remove();
    }

    @Override
    public void leave() {
        ipset.close();
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public boolean endsBans() {
        return true;
    }
}
