package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AllowEntryText;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.FailureCollector;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.iptables.TrackerChain;
import io.tcptracker.firewall.iptables.TrackerChains;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A backend that keeps bans as entries of kernel sets, of which our chains need but one rule, however many there are. The kernel ends them.
 *
 * <p>Confined to one thread at a time.
 */
public final class IpsetBackend implements Backend {
    /** The most bans that a policy may ask for, of each family. */
    private static final int CAPACITY = 100_000;

    private final TrackerChains chains;
    private final Ipset ipset;
    private final IpsetSets sets;
    private final SetDamage damage;
    private final Clock clock;
    private final String description;

    private IpsetBackend(TrackerChains chains, Ipset ipset, Clock clock) throws FirewallException {
        this.chains = chains;
        this.ipset = ipset;
        this.sets = new IpsetSets(ipset, CAPACITY);
        this.damage = new SetDamage(chains, ipset, clock);
        this.clock = clock;
        this.description = chains.version() + " with ipset " + ipset.version() + ", " + chains.families();
    }

    /**
     * Opens the backend for a tracker; changes nothing yet.
     *
     * @throws FirewallException if sets or rules that match them can't be made
     */
    public static IpsetBackend open(HostEnvironment host, TrackerChains chains) throws FirewallException {
        IpsetBackend backend = attach(host, chains);
        for (TrackerChain chain : chains.all()) {
            backend.sets.probe(chain);
        }
        return backend;
    }

    /** Opens the backend as it is. */
    public static IpsetBackend attach(HostEnvironment host, TrackerChains chains) throws FirewallException {
        return new IpsetBackend(chains, Ipset.of(host.runner()), host.clock());
    }

    /** Returns whether there are sets of ours, as far as can be told. */
    public static boolean hasSets(HostEnvironment host) {
        try {
            return new IpsetSets(Ipset.of(host.runner()), 0).arePresent();
        } catch (FirewallException e) {
            // Without ipset, or without sets in the kernel, there are none.
            return false;
        }
    }

    /** Returns the chains that match the sets. */
    public TrackerChains chains() {
        return chains;
    }

    @Override
    public Traits traits() {
        return chains.traits(description);
    }

    @Override
    public boolean isInForce() throws FirewallException {
        // A reload of another firewall leaves the sets.
        return chains.arePresent() || sets.arePresent();
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
        Instant now = clock.instant();
        Collection<Ban> latest = latest(wanted);
        FailureCollector failures = new FailureCollector();
        chains.install((family, generation) -> {
            sets.fillAllowed(family, allowed);
            List<Ban> live = latest.stream()
                    .filter(ban -> family.has(ban.source()) && !BanEntry.hasLapsed(ban, now))
                    .toList();
            collect(live, sets.fillBans(family, live, now), failures);
            return SetRules.of(family, generation);
        });
        failures.throwFirst();
        return wanted;
    }

    @Override
    public void add(Collection<Ban> bans, BansInForce believed) throws FirewallException {
        Collection<Ban> latest = latest(bans);
        FailureCollector failures = new FailureCollector();
        chains.change(() -> {
            List<Ban> each = List.copyOf(latest);
            collect(each, sets.add(each, clock.instant()), failures);
            failures.throwFirst();
        });
    }

    private void collect(List<Ban> bans, List<String> answers, FailureCollector failures) {
        for (int i = 0; i < bans.size(); i++) {
            if (!answers.get(i).isEmpty()) {
                failures.add(
                        ipset.failure(answers.get(i)),
                        "for the ban of " + bans.get(i).source());
            }
        }
    }

    /** Returns the last ban of each source, of the address families that there are. */
    private Collection<Ban> latest(Collection<Ban> bans) {
        Map<Prefix, Ban> latest = new LinkedHashMap<>();
        bans.stream()
                .filter(ban -> chains.family(ban.source()).isPresent())
                .forEach(ban -> latest.put(ban.source(), ban));
        return latest.values();
    }

    @Override
    public void lift(Collection<Prefix> sources) throws FirewallException {
        List<Prefix> each = List.copyOf(sources);
        chains.change(() -> lift(each));
    }

    private void lift(List<Prefix> sources) throws FirewallException {
        List<String> answers = sets.lift(sources);
        FailureCollector failures = new FailureCollector();
        for (int i = 0; i < sources.size(); i++) {
            String answer = answers.get(i);
            // Where the set is gone, so is the ban.
            if (!answer.isEmpty() && ipset.failure(answer).kind() != Kind.CHAIN_GONE) {
                failures.add(ipset.failure(answer), "for the end of the ban of " + sources.get(i));
            }
        }
        failures.throwFirst();
    }

    @Override
    public void allow(AllowList allowed) throws FirewallException {
        chains.change(() -> {
            for (TrackerChain chain : chains.all()) {
                sets.fillAllowed(chain.family(), allowed);
            }
        });
    }

    @Override
    public List<AllowList.Entry> allowed() throws FirewallException {
        List<AllowList.Entry> allowed = new ArrayList<>();
        for (TrackerChain chain : chains.all()) {
            allowed.addAll(AllowEntryText.parseAll(ipset.entries(chain.family().allowed())));
        }
        return allowed;
    }

    /**
     * {@inheritDoc} A ban that isn't of our making counts since the epoch, and if the kernel doesn't end it, as long as the
     * tracker runs.
     */
    @Override
    public List<Ban> bans() throws FirewallException {
        List<Ban> bans = new ArrayList<>();
        for (TrackerChain chain : chains.all()) {
            bans.addAll(sets.bans(chain.family(), clock.instant()));
        }
        bans.sort(Comparator.comparing(Ban::since));
        return bans;
    }

    @Override
    public Condition check(BansInForce believed) throws FirewallException {
        return chains.check(rules -> damage.find(rules, believed));
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public boolean endsBans() {
        return true;
    }

    @Override
    public void leave() {
        ipset.close();
    }

    @Override
    public void discard() throws FirewallException {
        if (chains.matchSets()) {
            close();
        } else {
            ipset.close();
            sets.remove();
        }
    }

    @Override
    public void close() throws FirewallException {
        FailureCollector failures = new FailureCollector();
        try {
            chains.remove();
        } catch (FirewallException e) {
            failures.add(e);
        }
        ipset.close();
        try {
            // Even if a chain is left: it then has no rules.
            sets.remove();
        } catch (FirewallException e) {
            failures.add(e);
        }
        failures.throwFirst();
    }
}
