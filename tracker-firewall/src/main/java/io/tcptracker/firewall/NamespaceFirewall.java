package io.tcptracker.firewall;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.HostReport.Tool;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.Backend.Mark;
import io.tcptracker.firewall.backend.Backend.Opening;
import io.tcptracker.firewall.backend.FailureCollector;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.nft.RulesetMonitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The firewall of a network namespace. It has one backend, and until {@link #replace} also those that a tracker of another
 * variant left. So no ban is lost or stays behind when the variant changes.
 */
final class NamespaceFirewall implements HostFirewall {
    private final HostEnvironment host;
    private final Backend backend;
    private final List<Backend> others;
    private final Optional<NamespaceLock> lock;
    private Optional<RulesetMonitor> monitor = Optional.empty();
    private boolean closed;

    /**
     * @param backends the backend to use, then those that an earlier run left
     * @param lock the lock of the tracker that keeps it; empty for manual changes
     */
    private NamespaceFirewall(HostEnvironment host, List<Backend> backends, Optional<NamespaceLock> lock) {
        this.host = host;
        backend = backends.get(0);
        others = new ArrayList<>(backends.subList(1, backends.size()));
        this.lock = lock;
    }

    static HostFirewall open(HostEnvironment host, BackendChoice variant, Protection protection)
            throws FirewallException {
        Opening opening = BackendSelection.find(host, variant, protection == Protection.ALL);
        // Now that it is known to be ours to read: else, who lacks the privilege would hear of the lock alone.
        NamespaceLock lock = NamespaceLock.take(host.lockFile());
        boolean opened = false;
        try {
            Backend backend = opening.open();
            List<Backend> backends = new ArrayList<>(List.of(backend));
            backends.addAll(BackendSelection.left(host, backend));
            HostFirewall firewall = new NamespaceFirewall(host, backends, Optional.of(lock));
            opened = true;
            return firewall;
        } finally {
            if (!opened) {
                NamespaceLock.free(lock);
            }
        }
    }

    static HostFirewall attach(HostEnvironment host) throws FirewallException {
        return new NamespaceFirewall(host, BackendSelection.attach(host), Optional.empty());
    }

    static HostReport report(HostEnvironment host, BackendChoice variant, Protection protection) {
        boolean kept = NamespaceLock.isTaken(host.lockFile());
        List<Tool> tools = Tool.of(host.runner());
        try {
            // While a tracker keeps the firewall, what that tracker chose is in force.
            List<Backend> backends = kept
                    ? BackendSelection.attach(host)
                    : List.of(BackendSelection.find(host, variant, protection == Protection.ALL)
                            .open());
            HostFirewall firewall = new NamespaceFirewall(host, backends, Optional.empty());
            try {
                return new HostReport(
                        Optional.of(firewall.description()), Optional.empty(), kept, tools, firewall.warnings());
            } finally {
                firewall.leave();
            }
        } catch (IOException e) {
            FirewallException failure = e instanceof FirewallException known
                    ? known
                    : new FirewallException(Kind.FAILED, String.valueOf(e.getMessage()));
            return new HostReport(
                    Optional.empty(), Optional.of(failure), kept, tools, new FirewallWarnings(host.root()).all(false));
        }
    }

    @Override
    public String description() {
        return Stream.concat(Stream.of(backend), others.stream())
                .map(each -> each.traits().description())
                .reduce((one, other) -> one + "; and left from before: " + other)
                .orElseThrow();
    }

    @Override
    public List<FirewallWarning> warnings() throws IOException {
        return new FirewallWarnings(host.root()).mattersTo(backend);
    }

    @Override
    public boolean isKept() {
        return lock.isPresent() ? !closed : NamespaceLock.isTaken(host.lockFile());
    }

    @Override
    public Collection<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed) throws IOException {
        Mark mark = lock.isPresent() ? backend.mark() : Mark.SAME;
        Collection<Ban> bans = mark == Mark.SAME
                ? wanted
                : new ManualChanges(
                                backend.bans(),
                                mark,
                                believed,
                                allowed,
                                host.clock().instant())
                        .appliedTo(wanted);
        backend.replace(bans, allowed, believed);
        // Only now, so that there is no moment without the bans.
        while (!others.isEmpty()) {
            others.get(0).discard();
            others.remove(0);
        }
        return bans;
    }

    @Override
    public void add(Collection<Ban> bans, BansInForce believed) throws IOException {
        each(one -> one.add(bans, believed));
    }

    @Override
    public void lift(Collection<Prefix> sources) throws IOException {
        each(one -> one.lift(sources));
    }

    @Override
    public void allow(AllowList allowed) throws IOException {
        each(one -> one.allow(allowed));
    }

    @Override
    public List<AllowList.Entry> allowed() throws IOException {
        return backend.allowed();
    }

    private interface Change {
        void makeTo(Backend backend) throws IOException;
    }

    /** Makes a change to each backend, since bans of an earlier run are in force as well. */
    private void each(Change change) throws IOException {
        for (Backend other : others) {
            change.makeTo(other);
        }
        change.makeTo(backend);
    }

    @Override
    public List<Ban> bans() throws IOException {
        Map<Prefix, Ban> latest = new LinkedHashMap<>();
        for (Backend one : all()) {
            one.bans().forEach(ban -> latest.merge(ban.source(), ban, ManualChanges::later));
        }
        if (lock.isPresent() && !others.isEmpty() && latest.size() > backend.capacity()) {
            // A tracker that can take over most of them shall not fail for the rest.
            List<Prefix> oldest = latest.values().stream()
                    .sorted(Comparator.comparing(Ban::since))
                    .limit(latest.size() - (long) backend.capacity())
                    .map(Ban::source)
                    .toList();
            oldest.forEach(latest::remove);
        }
        return latest.values().stream().sorted(Comparator.comparing(Ban::since)).toList();
    }

    @Override
    public Condition check(BansInForce believed) throws IOException {
        return backend.check(believed);
    }

    @Override
    public void onChange(Runnable changed) {
        if (backend.traits().announced()) {
            monitor = Optional.of(new RulesetMonitor(host.runner(), changed));
        }
    }

    @Override
    public int capacity() {
        return backend.capacity();
    }

    @Override
    public boolean endsBans() {
        return backend.endsBans();
    }

    @Override
    public void leave() throws IOException {
        if (!closed) {
            closed = true;
            monitor.ifPresent(RulesetMonitor::close);
            all().forEach(Backend::leave);
            unlock();
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            // By now it may be another tracker's.
            return;
        }
        monitor.ifPresent(RulesetMonitor::close);
        FailureCollector failures = new FailureCollector();
        for (Backend one : all()) {
            try {
                one.close();
            } catch (FirewallException e) {
                failures.add(e);
            }
        }
        unlock();
        failures.throwFirst();
        closed = true;
    }

    private List<Backend> all() {
        return Stream.concat(Stream.of(backend), others.stream()).toList();
    }

    private void unlock() throws IOException {
        if (lock.isPresent()) {
            lock.get().close();
        }
    }
}
