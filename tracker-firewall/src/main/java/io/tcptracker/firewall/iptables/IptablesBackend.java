package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.Backend;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A backend that keeps bans as rules of our chains, one for each, for hosts without kernel sets. Nothing ends such a ban but {@link #lift}.
 *
 * <p>Confined to one thread at a time.
 */
public final class IptablesBackend implements Backend {
    /** At this number, each new connection of any source costs some ten times what it costs without bans. */
    private static final int CAPACITY = 2_000;

    private final TrackerChains chains;
    private final String with;

    private IptablesBackend(TrackerChains chains, String with) {
        this.chains = chains;
        this.with = with;
    }

    /** Returns a backend for these chains; {@code why} says why no better one is used, and may be empty. */
    public static IptablesBackend of(TrackerChains chains, String why) {
        return new IptablesBackend(chains, " with plain rules" + why + ": at most " + CAPACITY + " bans");
    }

    /** Returns a backend for changes by the user where nothing of ours is there. */
    public static IptablesBackend ofNothing(TrackerChains chains) {
        return new IptablesBackend(chains, " with nothing of ours in force");
    }

    /** Returns the chains that the bans are rules of. */
    public TrackerChains chains() {
        return chains;
    }

    @Override
    public Traits traits() {
        return chains.traits(chains.version() + ", " + chains.families() + "," + with);
    }

    @Override
    public boolean isInForce() throws FirewallException {
        return chains.arePresent();
    }

    @Override
    public boolean hasDocker() throws FirewallException {
        return chains.haveDocker();
    }

    @Override
    public Mark mark() throws FirewallException {
        return chains.mark();
    }

    @Override
    public Collection<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed)
            throws FirewallException {
        Map<Prefix, Ban> latest = latest(wanted);
        List<Ban> fitting = latest.values().stream().limit(CAPACITY).toList();
        chains.install((family, generation) -> {
            List<String> rules = BanRules.exemptions(family, allowed, generation);
            rules.addAll(BanRules.of(family, fitting));
            return rules;
        });
        if (latest.size() > CAPACITY) {
            throw full();
        }
        return wanted;
    }

    /**
     * {@inheritDoc}
     *
     * @throws FirewallException of the kind {@code CHAIN_GONE} if another program removed a chain
     */
    @Override
    public void add(Collection<Ban> bans, BansInForce believed) throws FirewallException {
        Map<Prefix, Ban> latest = latest(bans);
        Map<Prefix, Ban> fitting = new LinkedHashMap<>();
        long room = CAPACITY - believed.all().count();
        for (Ban ban : latest.values()) {
            if (believed.get(ban.source()).isPresent() || room-- > 0) {
                fitting.put(ban.source(), ban);
            }
        }
        chains.change(() -> {
            for (TrackerChain chain : chains.all()) {
                add(chain, fitting, believed);
            }
        });
        if (fitting.size() < latest.size()) {
            throw full();
        }
    }

    private static void add(TrackerChain chain, Map<Prefix, Ban> bans, BansInForce believed) throws FirewallException {
        List<String> rules = BanRules.of(chain.family(), bans.values());
        boolean again = bans.keySet().stream()
                .anyMatch(source ->
                        chain.family().has(source) && believed.get(source).isPresent());
        if (again) {
            List<String> all = BanRules.without(chain.family(), chain.rules().orElseThrow(chain::gone), bans.keySet());
            all.addAll(rules);
            chain.rewrite(all);
        } else if (!rules.isEmpty()) {
            chain.change(rules);
        }
    }

    @Override
    public void lift(Collection<Prefix> sources) throws FirewallException {
        Set<Prefix> lifted = Set.copyOf(sources);
        chains.change(() -> {
            for (TrackerChain chain : chains.all()) {
                List<String> rules = chain.rules().orElse(List.of());
                List<String> left = BanRules.without(chain.family(), rules, lifted);
                if (left.size() < rules.size()) {
                    chain.rewrite(left);
                }
            }
        });
    }

    @Override
    public void allow(AllowList allowed) throws FirewallException {
        chains.change(() -> {
            for (TrackerChain chain : chains.all()) {
                List<String> rules = chain.rules().orElseThrow(chain::gone);
                long generation = TrackerChain.generation(rules).orElse(0);
                List<String> renewed = BanRules.exemptions(chain.family(), allowed, generation);
                rules.stream().filter(rule -> !BanRules.isExemption(rule)).forEach(renewed::add);
                if (!rules.equals(renewed)) {
                    chain.rewrite(renewed);
                }
            }
        });
    }

    @Override
    public List<AllowList.Entry> allowed() throws FirewallException {
        List<AllowList.Entry> allowed = new ArrayList<>();
        for (TrackerChain chain : chains.all()) {
            allowed.addAll(BanRules.allowed(chain.rules().orElse(List.of())));
        }
        return allowed;
    }

    /** {@inheritDoc} A ban that isn't of our making counts since the epoch, and as long as the tracker runs. */
    @Override
    public List<Ban> bans() throws FirewallException {
        List<Ban> bans = new ArrayList<>();
        for (TrackerChain chain : chains.all()) {
            bans.addAll(BanRules.bans(chain.family(), chain.rules().orElse(List.of())));
        }
        return latest(bans).values().stream()
                .sorted(Comparator.comparing(Ban::since))
                .toList();
    }

    @Override
    public Condition check(BansInForce believed) throws FirewallException {
        return chains.check(rules -> damage(rules, believed));
    }

    private Optional<String> damage(Map<AddressFamily, List<String>> rules, BansInForce believed) {
        Set<Prefix> missing = believed.all()
                .map(Ban::source)
                .filter(source -> chains.family(source).isPresent())
                .collect(Collectors.toSet());
        for (TrackerChain chain : chains.all()) {
            List<String> lines = rules.getOrDefault(chain.family(), List.of());
            List<Ban> bans = BanRules.bans(chain.family(), lines);
            bans.forEach(ban -> missing.remove(ban.source()));
            boolean foreign =
                    bans.stream().anyMatch(ban -> believed.get(ban.source()).isEmpty());
            if (foreign || !BanRules.exemptionsFirst(lines, bans.size())) {
                return Optional.of(
                        "the rules of the chain were changed (" + chain.family().tool() + ")");
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("bans are gone from the chain (" + missing.size() + ")");
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public boolean endsBans() {
        return false;
    }

    @Override
    public void leave() {
        // Nothing runs.
    }

    @Override
    public void discard() throws FirewallException {
        if (!chains.matchSets()) {
            close();
        }
    }

    @Override
    public void close() throws FirewallException {
        chains.remove();
    }

    /** Returns the last ban of each source, of the address families that there are. */
    private Map<Prefix, Ban> latest(Collection<Ban> bans) {
        Map<Prefix, Ban> latest = new LinkedHashMap<>();
        bans.stream()
                .filter(ban -> chains.family(ban.source()).isPresent())
                .forEach(ban -> latest.put(ban.source(), ban));
        return latest;
    }

    private static FirewallException full() {
        return new FirewallException(
                Kind.FULL,
                "there is room for no more than " + CAPACITY + " bans",
                "",
                "lift some, or install ipset, which takes more");
    }
}
