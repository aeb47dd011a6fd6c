package io.tcptracker.firewall;

import io.tcptracker.core.AllowList;
import io.tcptracker.core.Ban;
import io.tcptracker.core.Firewall;
import io.tcptracker.core.Prefix;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps banned sources out with iptables and ip6tables: a chain {@code tcptracker} in the table {@code filter} of each,
 * with one rule for each ban, and a jump to it that comes first in INPUT. New connections, and packets that belong to
 * none, of a banned source are dropped; its established ones go on. Forwarded traffic is not affected.
 *
 * <p>Confined to one thread at a time. Each call runs up to a few programs, each of which is killed after 5 s; an
 * interrupt doesn't cut it short.
 */
public final class IptablesFirewall implements Firewall {
    private final List<Chain> chains;
    private final Closeable lock;
    private boolean closed;

    private IptablesFirewall(List<Chain> chains, Closeable lock) {
        this.chains = chains;
        this.lock = lock;
    }

    /**
     * The firewall of this network namespace, for a tracker that keeps it: a second one is refused as long as this
     * process lives or until {@link #close}. Changes nothing yet; what an earlier run left is in force until
     * {@link #replace}.
     *
     * @throws FirewallException if the firewall can't be read, or another tracker keeps it
     */
    public static IptablesFirewall open() throws FirewallException {
        return open(Host.local());
    }

    /**
     * The firewall of this network namespace, whoever keeps it: to list its bans, or to take everything away with
     * {@link #close} after a crash. A tracker that runs meanwhile finds its chain gone. To drop it needs no close.
     *
     * @throws FirewallException if the firewall can't be read
     */
    public static IptablesFirewall attach() throws FirewallException {
        return attach(Host.local());
    }

    static IptablesFirewall open(Host host) throws FirewallException {
        List<Chain> chains = chains(host);
        return new IptablesFirewall(chains, NamespaceLock.take(host.lockFile()));
    }

    static IptablesFirewall attach(Host host) throws FirewallException {
        return new IptablesFirewall(chains(host), () -> {});
    }

    private static List<Chain> chains(Host host) throws FirewallException {
        List<Chain> chains = new ArrayList<>();
        Chain v4 = Chain.v4(host.runner());
        v4.probe();
        chains.add(v4);
        if (host.hasIpv6()) {
            Chain v6 = Chain.v6(host.runner());
            if (v6.probeFamily()) {
                chains.add(v6);
            }
        }
        return List.copyOf(chains);
    }

    /** Which tool it is and what it covers, such as {@code iptables 1.8.9 (nf_tables), IPv4 and IPv6}. */
    public String description() {
        return "iptables " + chains.get(0).version() + (chains.size() == 1 ? ", IPv4 only" : ", IPv4 and IPv6");
    }

    @Override
    public void replace(Collection<Ban> bans, AllowList allowed) throws IOException {
        for (Chain chain : chains) {
            chain.replace(bans);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws FirewallException of the kind {@code CHAIN_GONE} if somebody took the chain away
     */
    @Override
    public void add(Collection<Ban> bans) throws IOException {
        for (Chain chain : chains) {
            chain.add(bans);
        }
    }

    @Override
    public void lift(Collection<Prefix> sources) throws IOException {
        List<Ban> left = bans();
        left.removeIf(ban -> sources.contains(ban.source()));
        for (Chain chain : chains) {
            chain.replace(left);
        }
    }

    @Override
    public void allow(AllowList allowed) {}

    @Override
    public Condition check() {
        return Condition.INTACT;
    }

    @Override
    public int capacity() {
        return 2_000;
    }

    @Override
    public boolean endsBans() {
        return false;
    }

    /**
     * {@inheritDoc} A rule in the chain that isn't of our making counts since the epoch, and lasts as long as the
     * tracker runs.
     */
    @Override
    public List<Ban> bans() throws IOException {
        List<Ban> bans = new ArrayList<>();
        for (Chain chain : chains) {
            bans.addAll(chain.bans());
        }
        bans.sort(Comparator.comparing(Ban::since));
        return bans;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            // By now it may be another tracker's.
            return;
        }
        try (lock) {
            remove();
            closed = true;
        }
    }

    private void remove() throws FirewallException {
        FirewallException first = null;
        for (Chain chain : chains) {
            try {
                chain.remove();
            } catch (FirewallException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
