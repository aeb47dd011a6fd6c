package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.AllowEntryText;
import io.tcptracker.firewall.backend.BanStore;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.ipset.IpsetSets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bans as rules of the chains, one for each, for where there are no sets. */
public final class IptablesRules implements BanStore {
    /** With so many, each new connection of anybody costs some ten times what it costs without. */
    static final int CAPACITY = 2_000;

    private final List<TrackerChain> chains;
    private final HostEnvironment host;
    /** Whom we know to be banned; null if others changed that. */
    private @Nullable Set<Prefix> known;

    IptablesRules(List<TrackerChain> chains, HostEnvironment host) {
        this.chains = chains;
        this.host = host;
    }

    @Override
    public void replace(Collection<Ban> bans, AllowList allowed, long generation) throws FirewallException {
        Set<Prefix> sources = new HashSet<>();
        Map<Prefix, Ban> latest = latest(bans);
        latest.keySet().stream().limit(CAPACITY).forEach(sources::add);
        for (TrackerChain chain : chains) {
            List<String> rules = exemptions(chain.family(), allowed, generation);
            latest.values().stream()
                    .filter(ban -> chain.family().has(ban.source()) && sources.contains(ban.source()))
                    .map(BanRule::format)
                    .forEach(rules::add);
            chain.install(rules);
        }
        known = sources;
        // Of an earlier run, whose bans were read from them.
        IpsetSets.removeIfPresent(host.runner());
        if (latest.size() > CAPACITY) {
            throw full();
        }
    }

    private static List<String> exemptions(AddressFamily family, AllowList allowed, long generation) {
        List<String> rules = new ArrayList<>();
        AllowEntryText.of(family, allowed).forEach((prefix, reason) -> {
            String comment = rules.isEmpty() ? "generation=" + generation + " " + reason : reason;
            rules.add("-A " + TrackerChain.NAME + " -s " + prefix + " -m comment --comment \"" + comment
                    + "\" -j RETURN");
        });
        return rules;
    }

    @Override
    public void add(Collection<Ban> bans) throws FirewallException {
        Set<Prefix> sources = known();
        Map<Prefix, Ban> fitting = new LinkedHashMap<>();
        Map<Prefix, Ban> latest = latest(bans);
        int room = CAPACITY - sources.size();
        for (Ban ban : latest.values()) {
            if (sources.contains(ban.source()) || room-- > 0) {
                fitting.put(ban.source(), ban);
            }
        }
        for (TrackerChain chain : chains) {
            List<Ban> fresh = fitting.values().stream()
                    .filter(ban -> chain.family().has(ban.source()))
                    .toList();
            List<String> rules = fresh.stream().map(BanRule::format).toList();
            if (fresh.stream().anyMatch(ban -> sources.contains(ban.source()))) {
                List<String> all = without(chain, chain.rules().orElseThrow(chain::gone), fitting.keySet());
                all.addAll(rules);
                chain.rewrite(all);
            } else if (!rules.isEmpty()) {
                chain.change(rules);
            }
        }
        sources.addAll(fitting.keySet());
        if (fitting.size() < latest.size()) {
            throw full();
        }
    }

    @Override
    public void lift(Collection<Prefix> sources) throws FirewallException {
        Set<Prefix> lifted = Set.copyOf(sources);
        for (TrackerChain chain : chains) {
            List<String> rules = chain.rules().orElse(List.of());
            List<String> left = without(chain, rules, lifted);
            if (left.size() < rules.size()) {
                chain.rewrite(left);
            }
        }
        if (known != null) {
            known.removeAll(lifted);
        }
    }

    @Override
    public void allow(AllowList allowed) throws FirewallException {
        for (TrackerChain chain : chains) {
            List<String> rules = chain.rules().orElseThrow(chain::gone);
            List<String> renewed = exemptions(
                    chain.family(), allowed, TrackerChain.generation(rules).orElse(0));
            rules.stream().filter(rule -> !isExemption(rule)).forEach(renewed::add);
            if (!rules.equals(renewed)) {
                chain.rewrite(renewed);
            }
        }
    }

    @Override
    public List<AllowList.Entry> allowed() throws FirewallException {
        List<AllowList.Entry> allowed = new ArrayList<>();
        for (TrackerChain chain : chains) {
            allowed.addAll(AllowEntryText.parseAll(chain.rules().orElse(List.of()).stream()
                    .filter(IptablesRules::isExemption)
                    .toList()));
        }
        return allowed;
    }

    @Override
    public List<Ban> bans() throws FirewallException {
        List<Ban> bans = new ArrayList<>();
        for (TrackerChain chain : chains) {
            bans.addAll(bans(chain));
        }
        Map<Prefix, Ban> latest = latest(bans);
        known = new HashSet<>(latest.keySet());
        // Those of an earlier run with sets, until we put up the chain anew.
        IpsetSets.bansIfPresent(host).stream()
                .filter(ban -> !latest.containsKey(ban.source()))
                .sorted(Comparator.comparing(Ban::since).reversed())
                .limit(Math.max(0, CAPACITY - latest.size()))
                .toList()
                .forEach(ban -> latest.put(ban.source(), ban));
        return List.copyOf(latest.values());
    }

    /** Those that are rules of this chain. */
    public static List<Ban> bans(TrackerChain chain) throws FirewallException {
        return bans(chain, chain.rules().orElse(List.of()));
    }

    private static List<Ban> bans(TrackerChain chain, List<String> rules) {
        return rules.stream()
                .flatMap(rule -> BanRule.parse(rule, chain.family().everyone()).stream())
                .toList();
    }

    @Override
    public Optional<String> damage(Map<AddressFamily, List<String>> rules) {
        if (known == null) {
            return Optional.empty();
        }
        Set<Prefix> missing = new HashSet<>(known);
        for (TrackerChain chain : chains) {
            List<String> lines = rules.getOrDefault(chain.family(), List.of());
            List<Ban> bans = bans(chain, lines);
            bans.forEach(ban -> missing.remove(ban.source()));
            boolean foreign = bans.stream().anyMatch(ban -> !known.contains(ban.source()));
            if (foreign || !exemptionsFirst(lines, bans.size())) {
                return Optional.of(
                        "the rules of the chain were changed (" + chain.family().tool() + ")");
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("bans are gone from the chain (" + missing.size() + ")");
    }

    private static boolean exemptionsFirst(List<String> rules, int bans) {
        return rules.size() > bans && rules.stream().limit(rules.size() - bans).allMatch(IptablesRules::isExemption);
    }

    private static boolean isExemption(String rule) {
        return rule.endsWith(" -j RETURN");
    }

    @Override
    public void changedByHand() {
        known = null;
    }

    @Override
    public void remove() throws FirewallException {
        // Of an earlier run.
        IpsetSets.removeIfPresent(host.runner());
    }

    @Override
    public void leave() {
        // Nothing runs.
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public boolean endsBans() {
        return false;
    }

    private Set<Prefix> known() throws FirewallException {
        if (known == null) {
            bans();
        }
        return Objects.requireNonNull(known);
    }

    private static List<String> without(TrackerChain chain, List<String> rules, Set<Prefix> sources) {
        return rules.stream()
                .filter(rule -> BanRule.parse(rule, chain.family().everyone())
                        .filter(ban -> sources.contains(ban.source()))
                        .isEmpty())
                .collect(ArrayList::new, List::add, List::addAll);
    }

    /** The last of each source, of the families that there are. */
    private Map<Prefix, Ban> latest(Collection<Ban> bans) {
        Map<Prefix, Ban> latest = new LinkedHashMap<>();
        bans.stream()
                .filter(ban -> chains.stream().anyMatch(chain -> chain.family().has(ban.source())))
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
