package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.BanStore;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.ipset.Ipset;
import io.tcptracker.firewall.ipset.IpsetSets;
import io.tcptracker.firewall.ipset.IpsetStore;
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
public record IptablesProbe(
        HostEnvironment host, Protection protection, List<Iptables> tools, List<TrackerChain> chains) {
    /** What to keep bans in, and why nothing better. */
    private record Choice(BanStore store, String with) {}

    public static IptablesProbe of(HostEnvironment host, Protection protection) throws FirewallException {
        List<Iptables> tools = new ArrayList<>();
        List<TrackerChain> chains = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            if (family == AddressFamily.V4 || host.hasIpv6()) {
                Iptables iptables = Iptables.of(host.runner(), family);
                TrackerChain chain = new TrackerChain(family, iptables, protection);
                if (chain.probe()) {
                    tools.add(iptables);
                    chains.add(chain);
                }
            }
        }
        return new IptablesProbe(host, protection, List.copyOf(tools), List.copyOf(chains));
    }

    /** With the protection that is in force. */
    static IptablesProbe asFound(HostEnvironment host) throws FirewallException {
        IptablesProbe setup = of(host, Protection.HOST);
        return ChainJumps.coverForwarded(setup.tools.get(0)) ? of(host, Protection.ALL) : setup;
    }

    boolean hasDocker() throws FirewallException {
        for (Iptables iptables : tools) {
            if (ChainJumps.hasDocker(iptables)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether it is worth to look. The legacy variant would make its tables by that, of which the other then warns for
     * good.
     */
    public static boolean mayBeInForce(HostEnvironment host) {
        try {
            IptablesVersion version =
                    Iptables.of(host.runner(), AddressFamily.V4).version();
            Path tables = host.root().resolve("proc/net/ip_tables_names");
            return !version.isLegacy()
                    || (Files.exists(tables) && Files.readString(tables).contains("filter"));
        } catch (IOException e) {
            // Which whoever looks will hear as well, or it is root's to read.
            return true;
        }
    }

    public IptablesBackend open(Variant variant) throws FirewallException {
        return firewall(choose(variant), false);
    }

    private Choice choose(Variant variant) throws FirewallException {
        if (variant == Variant.IPTABLES) {
            return rules("");
        }
        try {
            Ipset ipset = Ipset.of(host.runner());
            IpsetStore sets = new IpsetStore(chains, ipset, host.clock());
            sets.probe();
            return new Choice(sets, " with ipset " + ipset.version());
        } catch (FirewallException e) {
            if (variant == Variant.IPSET) {
                throw e;
            }
            return rules(", as " + e.failure());
        }
    }

    private Choice rules(String why) {
        return new Choice(
                new IptablesRules(chains, host),
                " with plain rules" + why + ": at most " + IptablesRules.CAPACITY + " bans");
    }

    /** By the rules of our chain, or where it is gone by the sets, which a reload of another firewall leaves. */
    IptablesBackend attach() throws FirewallException {
        Optional<List<String>> rules = chains.get(0).rules();
        boolean sets = rules.isPresent()
                ? rules.get().stream().anyMatch(rule -> rule.contains(" --match-set " + AddressFamily.V4.bans() + " "))
                : IpsetSets.present(host.runner());
        if (!sets) {
            Choice plain = rules("");
            Choice found = rules.isPresent() ? plain : new Choice(plain.store(), " with nothing of ours in force");
            return firewall(found, true);
        }
        Ipset ipset = Ipset.of(host.runner());
        return firewall(
                new Choice(new IpsetStore(chains, ipset, host.clock()), " with ipset " + ipset.version()), true);
    }

    private IptablesBackend firewall(Choice choice, boolean byHand) {
        String families = chains.size() == 1 ? "IPv4 only" : "IPv4 and IPv6";
        String version = "iptables " + tools.get(0).version();
        String description = choice.store().endsBans()
                ? version + choice.with() + ", " + families
                : version + ", " + families + "," + choice.with();
        return new IptablesBackend(this, choice.store(), description, byHand);
    }
}
