package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.Backend.Mark;
import io.tcptracker.firewall.backend.Backend.Traits;
import io.tcptracker.firewall.backend.FailureCollector;
import io.tcptracker.firewall.backend.HostEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Our chains in the tables {@code filter} of iptables and ip6tables, and the jumps to them, which come first. The backends
 * that keep bans as rules and in sets share them.
 *
 * <p>Confined to one thread at a time.
 */
public final class TrackerChains {
    private final List<Iptables> tools;
    private final List<TrackerChain> chains;
    private final boolean forwarded;
    /** True if changes are the user's, which the tracker that keeps the firewall is to notice. */
    private final boolean manual;
    /** The number of manual changes at the last look; empty before the first look. */
    private OptionalLong generation = OptionalLong.empty();

    private TrackerChains(List<Iptables> tools, List<TrackerChain> chains, boolean forwarded, boolean manual) {
        this.tools = List.copyOf(tools);
        this.chains = List.copyOf(chains);
        this.forwarded = forwarded;
        this.manual = manual;
    }

    /**
     * Finds the tools of the address families that the kernel has. Changes nothing.
     *
     * @param forwarded whether bans are to apply to forwarded traffic too
     */
    public static TrackerChains of(HostEnvironment host, boolean forwarded) throws FirewallException {
        return of(host, forwarded, false);
    }

    /** Finds the tools for changes by the user, whether for forwarded traffic too is as it is in force. */
    public static TrackerChains asFound(HostEnvironment host) throws FirewallException {
        TrackerChains found = of(host, false, true);
        return ChainJumps.coverForwarded(found.tools.get(0)) ? of(host, true, true) : found;
    }

    private static TrackerChains of(HostEnvironment host, boolean forwarded, boolean manual) throws FirewallException {
        List<Iptables> tools = new ArrayList<>();
        List<TrackerChain> chains = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            if (family == AddressFamily.V4 || host.hasIpv6()) {
                Iptables iptables = Iptables.of(host.runner(), family);
                TrackerChain chain = new TrackerChain(family, iptables, forwarded);
                if (chain.probe()) {
                    tools.add(iptables);
                    chains.add(chain);
                }
            }
        }
        return new TrackerChains(tools, chains, forwarded, manual);
    }

    /**
     * Returns whether it is worth to look for our chains. The legacy variant makes its tables when they are listed, and the
     * other variant then warns of them for good.
     */
    public static boolean mayBePresent(HostEnvironment host) {
        try {
            IptablesVersion version =
                    Iptables.of(host.runner(), AddressFamily.V4).version();
            Path tables = host.root().resolve("proc/net/ip_tables_names");
            return !version.isLegacy()
                    || (Files.exists(tables) && Files.readString(tables).contains("filter"));
        } catch (IOException e) {
            // A look fails for the same reason and says so, or the file is root's to read.
            return true;
        }
    }

    /** Returns the chain of each address family that the kernel has, IPv4 first. */
    public List<TrackerChain> all() {
        return chains;
    }

    /** Returns the address family of this prefix; empty if the kernel doesn't have it. */
    public Optional<AddressFamily> family(Prefix prefix) {
        return chains.stream()
                .map(TrackerChain::family)
                .filter(family -> family.has(prefix))
                .findFirst();
    }

    /** Returns the tool with its version, such as {@code iptables 1.8.9 (nf_tables)}. */
    public String version() {
        return "iptables " + tools.get(0).version();
    }

    /** Returns the address families, for people. */
    public String families() {
        return chains.size() == 1 ? "IPv4 only" : "IPv4 and IPv6";
    }

    /** Returns the properties of a backend with this description. */
    public Traits traits(String description) {
        return new Traits(description, forwarded, true, !chains.get(0).version().isLegacy());
    }

    /** Returns whether one of the chains is there. */
    public boolean arePresent() throws FirewallException {
        for (TrackerChain chain : chains) {
            if (chain.rules().isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether bans are in sets, by the rules of the first chain. */
    public boolean matchSets() throws FirewallException {
        return chains.get(0).rules().orElse(List.of()).stream()
                .anyMatch(rule -> rule.contains(" --match-set " + AddressFamily.V4.bans() + " "));
    }

    /** Returns whether Docker's chains are there. */
    public boolean haveDocker() throws FirewallException {
        for (Iptables iptables : tools) {
            if (ChainJumps.hasDocker(iptables)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether bans were changed manually since the last look. */
    public Mark mark() throws FirewallException {
        OptionalLong now = generation.isEmpty() ? generation : generation();
        if (now.equals(generation)) {
            return Mark.SAME;
        }
        return now.isEmpty() ? Mark.LOST : Mark.CHANGED;
    }

    private OptionalLong generation() throws FirewallException {
        return TrackerChain.generation(chains.get(0).rules().orElse(List.of()));
    }

    /** The rules of a chain. */
    @FunctionalInterface
    public interface Rules {
        /** Returns the rules, with this generation in the first one's comment, after their sets were made. */
        List<String> of(AddressFamily family, long generation) throws FirewallException;
    }

    /** Makes each chain contain these rules alone, and the jumps to it come first. */
    public void install(Rules rules) throws FirewallException {
        // The tracker that keeps the firewall is to notice.
        long next = manual ? generation().orElse(0) + 1 : generation.orElse(0);
        for (TrackerChain chain : chains) {
            chain.install(rules.of(chain.family(), next));
        }
        generation = OptionalLong.of(next);
    }

    /** A change of bans. */
    @FunctionalInterface
    public interface Change {
        /** Makes the change. */
        void make() throws FirewallException;
    }

    /** Makes a change. Marks a manual one before too, or a tracker would take what it finds half-way for damage. */
    public void change(Change change) throws FirewallException {
        TrackerChain first = chains.get(0);
        if (!manual || first.rules().isEmpty()) {
            change.make();
            return;
        }
        first.changedManually();
        try {
            change.make();
        } finally {
            first.changedManually();
        }
    }

    /**
     * Returns what others did since the last look.
     *
     * @param damage finds what is wrong with the rules of each address family
     */
    public Condition check(Damage damage) throws FirewallException {
        Map<AddressFamily, List<String>> rules = new EnumMap<>(AddressFamily.class);
        for (TrackerChain chain : chains) {
            Optional<List<String>> found = chain.rules();
            Optional<String> wrong = found.isPresent() ? chain.damage() : Optional.of("the chain is gone");
            if (wrong.isPresent()) {
                return new Condition(
                        State.DAMAGED, wrong.get() + " (" + chain.family().tool() + ")");
            }
            rules.put(chain.family(), found.orElseThrow());
        }
        OptionalLong now =
                TrackerChain.generation(rules.getOrDefault(chains.get(0).family(), List.of()));
        if (now.isPresent() && !now.equals(generation)) {
            boolean first = generation.isEmpty();
            generation = now;
            if (!first) {
                return new Condition(State.CHANGED_MANUALLY, "bans were changed manually");
            }
        }
        return damage.in(rules)
                .map(detail -> new Condition(State.DAMAGED, detail))
                .orElse(Condition.INTACT);
    }

    /** A search for damage. */
    @FunctionalInterface
    public interface Damage {
        /** Returns what is wrong with these rules or with what they refer to, in a few words. */
        Optional<String> in(Map<AddressFamily, List<String>> rules) throws FirewallException;
    }

    /** Removes the chains and all jumps of ours to them. */
    public void remove() throws FirewallException {
        FailureCollector failures = new FailureCollector();
        for (TrackerChain chain : chains) {
            try {
                chain.remove();
            } catch (FirewallException e) {
                failures.add(e);
            }
        }
        failures.throwFirst();
    }
}
