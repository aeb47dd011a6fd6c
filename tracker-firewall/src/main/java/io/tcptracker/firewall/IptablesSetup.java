package io.tcptracker.firewall;

import io.tcptracker.core.Firewall.FirewallException;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out what there is to block with on a host. Immutable.
 *
 * @param chains those of the address families that the kernel has, IPv4 first
 */
record IptablesSetup(Host host, Protection protection, List<Iptables> tools, List<Chain> chains) {
    /** What to keep bans in, and why nothing better. */
    private record Choice(BanStore store, String with) {}

    static IptablesSetup of(Host host, Protection protection) throws FirewallException {
        List<Iptables> tools = new ArrayList<>();
        List<Chain> chains = new ArrayList<>();
        for (Family family : Family.values()) {
            if (family == Family.V4 || host.hasIpv6()) {
                Iptables iptables = Iptables.of(host.runner(), family);
                Chain chain = new Chain(family, iptables, protection);
                if (chain.probe()) {
                    tools.add(iptables);
                    chains.add(chain);
                }
            }
        }
        return new IptablesSetup(host, protection, List.copyOf(tools), List.copyOf(chains));
    }

    /** With the protection that is in force. */
    static IptablesSetup asFound(Host host) throws FirewallException {
        IptablesSetup setup = of(host, Protection.HOST);
        return Jumps.coverForwarded(setup.tools.get(0)) ? of(host, Protection.ALL) : setup;
    }

    boolean hasDocker() throws FirewallException {
        for (Iptables iptables : tools) {
            if (Jumps.hasDocker(iptables)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether it is worth to look. The legacy variant would make its tables by that, of which the other then warns for
     * good.
     */
    static boolean mayBeInForce(Host host) {
        try {
            Version version = Iptables.of(host.runner(), Family.V4).version();
            Path tables = host.root().resolve("proc/net/ip_tables_names");
            return !version.isLegacy()
                    || (Files.exists(tables) && Files.readString(tables).contains("filter"));
        } catch (IOException e) {
            // Which whoever looks will hear as well, or it is root's to read.
            return true;
        }
    }

    IptablesFirewall open(Variant variant) throws FirewallException {
        return firewall(choose(variant), false);
    }

    private Choice choose(Variant variant) throws FirewallException {
        if (variant == Variant.IPTABLES) {
            return rules("");
        }
        try {
            Ipset ipset = Ipset.of(host.runner());
            SetStore sets = new SetStore(chains, ipset, host.clock());
            sets.probe();
            return new Choice(sets, " with ipset " + ipset.version());
        } catch (FirewallException e) {
            if (variant == Variant.IPSET) {
                throw e;
            }
            return rules(", as " + Diagnosis.cause(e));
        }
    }

    private Choice rules(String why) {
        return new Choice(
                new RuleStore(chains, host), " with plain rules" + why + ": at most " + RuleStore.CAPACITY + " bans");
    }

    /** By the rules of our chain, or where it is gone by the sets, which a reload of another firewall leaves. */
    IptablesFirewall attach() throws FirewallException {
        Optional<List<String>> rules = chains.get(0).rules();
        boolean sets = rules.isPresent()
                ? rules.get().stream().anyMatch(rule -> rule.contains(" --match-set " + Family.V4.bans() + " "))
                : KernelSets.present(host.runner());
        if (!sets) {
            Choice plain = rules("");
            Choice found = rules.isPresent() ? plain : new Choice(plain.store(), " with nothing of ours in force");
            return firewall(found, true);
        }
        Ipset ipset = Ipset.of(host.runner());
        return firewall(new Choice(new SetStore(chains, ipset, host.clock()), " with ipset " + ipset.version()), true);
    }

    private IptablesFirewall firewall(Choice choice, boolean byHand) {
        String families = chains.size() == 1 ? "IPv4 only" : "IPv4 and IPv6";
        String version = "iptables " + tools.get(0).version();
        String description = choice.store().endsBans()
                ? version + choice.with() + ", " + families
                : version + ", " + families + "," + choice.with();
        return new IptablesFirewall(this, choice.store(), description, byHand);
    }
}
