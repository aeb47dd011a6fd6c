package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.BanStore;
import io.tcptracker.firewall.backend.FailureCollector;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.ipset.IpsetSets;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Keeps banned sources out with iptables and ip6tables: a chain {@code tcptracker} in the table {@code filter} of each,
 * and a jump to it that comes first in INPUT, and if asked for where forwarded traffic passes. The bans are in kernel
 * sets or are rules of the chain.
 */
public final class IptablesBackend implements Backend {
    private final IptablesProbe setup;
    private final List<TrackerChain> chains;
    private final BanStore store;
    private final String description;
    /** Whether ours are the changes by hand, which whoever keeps the firewall is to notice. */
    private final boolean byHand;
    /** How many times bans had been changed by hand when we last looked; empty if we didn't yet. */
    private OptionalLong generation = OptionalLong.empty();

    IptablesBackend(IptablesProbe setup, BanStore store, String description, boolean byHand) {
        this.setup = setup;
        this.chains = setup.chains();
        this.store = store;
        this.description = description;
        this.byHand = byHand;
    }

    public static IptablesBackend attach(HostEnvironment host) throws FirewallException {
        return IptablesProbe.asFound(host).attach();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Protection protection() {
        return setup.protection();
    }

    @Override
    public boolean isInForce() throws FirewallException {
        for (TrackerChain chain : chains) {
            if (chain.rules().isPresent()) {
                return true;
            }
        }
        // A reload of another firewall leaves them.
        return IpsetSets.present(setup.host().runner());
    }

    @Override
    public boolean hasDocker() throws FirewallException {
        return setup.hasDocker();
    }

    @Override
    public boolean isFlushedByFirewalld() {
        return true;
    }

    @Override
    public boolean isAnnounced() {
        return !chains.get(0).version().isLegacy();
    }

    @Override
    public Mark mark() throws FirewallException {
        OptionalLong now = generation.isEmpty() ? generation : generation();
        if (now.equals(generation)) {
            return Mark.SAME;
        }
        return now.isEmpty() ? Mark.LOST : Mark.CHANGED;
    }

    @Override
    public void replace(Collection<Ban> bans, AllowList allowed) throws IOException {
        if (byHand) {
            // Whoever keeps it shall notice.
            generation = OptionalLong.of(generation().orElse(0) + 1);
        }
        store.replace(bans, allowed, generation.orElse(0));
        generation = OptionalLong.of(generation.orElse(0));
    }

    /**
     * {@inheritDoc}
     *
     * @throws FirewallException of the kind {@code CHAIN_GONE} if somebody took away what the bans are kept in
     */
    @Override
    public void add(Collection<Ban> bans) throws IOException {
        change(() -> store.add(bans));
    }

    @Override
    public void lift(Collection<Prefix> sources) throws IOException {
        change(() -> store.lift(sources));
    }

    @Override
    public void allow(AllowList allowed) throws IOException {
        change(() -> store.allow(allowed));
    }

    private interface Change {
        void make() throws FirewallException;
    }

    /** By hand also before, so that whoever keeps the firewall doesn't take what it finds half-way for damage. */
    private void change(Change change) throws FirewallException {
        TrackerChain first = chains.get(0);
        if (!byHand || first.rules().isEmpty()) {
            change.make();
            return;
        }
        first.changedByHand();
        try {
            change.make();
        } finally {
            first.changedByHand();
        }
    }

    @Override
    public List<AllowList.Entry> allowed() throws FirewallException {
        return store.allowed();
    }

    /**
     * {@inheritDoc} One that isn't of our making counts since the epoch, and if nothing says how long it lasts, as long as
     * the tracker runs.
     */
    @Override
    public List<Ban> bans() throws IOException {
        return store.bans().stream().sorted(Comparator.comparing(Ban::since)).toList();
    }

    @Override
    public Condition check() throws IOException {
        Map<AddressFamily, List<String>> rules = new EnumMap<>(AddressFamily.class);
        for (TrackerChain chain : chains) {
            Optional<List<String>> found = chain.rules();
            Optional<String> damage = found.isPresent() ? chain.damage() : Optional.of("the chain is gone");
            if (damage.isPresent()) {
                return damaged(damage.get() + " (" + chain.family().tool() + ")");
            }
            rules.put(chain.family(), found.orElseThrow());
        }
        OptionalLong now =
                TrackerChain.generation(rules.getOrDefault(chains.get(0).family(), List.of()));
        if (now.isPresent() && !now.equals(generation)) {
            boolean first = generation.isEmpty();
            generation = now;
            if (!first) {
                store.changedByHand();
                return new Condition(Condition.State.CHANGED_BY_HAND, "bans were changed by hand");
            }
        }
        Optional<String> damage = store.damage(rules);
        return damage.isPresent() ? damaged(damage.get()) : Condition.INTACT;
    }

    private static Condition damaged(String detail) {
        return new Condition(Condition.State.DAMAGED, detail);
    }

    private OptionalLong generation() throws FirewallException {
        return TrackerChain.generation(chains.get(0).rules().orElse(List.of()));
    }

    @Override
    public int capacity() {
        return store.capacity();
    }

    @Override
    public boolean endsBans() {
        return store.endsBans();
    }

    @Override
    public void leave() {
        store.leave();
    }

    @Override
    public void close() throws FirewallException {
        FailureCollector failures = new FailureCollector();
        for (TrackerChain chain : chains) {
            try {
                chain.remove();
            } catch (FirewallException e) {
                failures.add(e);
            }
        }
        try {
            // Even if a chain is left: it then has no rules.
            store.remove();
        } catch (FirewallException e) {
            failures.add(e);
        }
        failures.throwFirst();
    }
}
