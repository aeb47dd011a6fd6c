package io.tcptracker.firewall;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
import io.tcptracker.firewall.HostReport.Tool;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.iptables.IptablesBackend;
import io.tcptracker.firewall.iptables.IptablesProbe;
import io.tcptracker.firewall.nft.NftBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Chooses what to block with on a host, and finds what is in force there. */
public final class BackendSelection {
    private static final List<String> TOOLS = List.of("iptables", "ip6tables", "ipset", "nft");
    private static final Set<Kind> ABSENT = Set.of(Kind.NOT_INSTALLED, Kind.UNAVAILABLE);
    private static final Set<Kind> UNUSABLE = Set.of(Kind.NOT_INSTALLED, Kind.UNAVAILABLE, Kind.NOT_PERMITTED);

    private BackendSelection() {}

    /** Gives a backend, if it works here. */
    public interface Opening {
        Backend open() throws FirewallException;
    }

    static HostFirewall open(HostEnvironment host, Variant variant, Protection protection) throws FirewallException {
        Opening opening = find(host, variant, protection);
        // Now that it is known to be ours to read: else, who lacks the privilege would hear of the lock alone.
        NamespaceLock lock = NamespaceLock.take(host.lockFile());
        boolean opened = false;
        try {
            Backend backend = opening.open();
            HostFirewall firewall = new NamespaceFirewall(host, backend, left(host, backend), Optional.of(lock));
            opened = true;
            return firewall;
        } finally {
            if (!opened) {
                NamespaceLock.free(lock);
            }
        }
    }

    static HostReport report(Variant variant, Protection protection) {
        try {
            return report(HostEnvironment.local(), variant, protection);
        } catch (FirewallException e) {
            return new HostReport(Optional.empty(), Optional.of(e), false, List.of(), List.of());
        }
    }

    static HostReport report(HostEnvironment host, Variant variant, Protection protection) {
        boolean kept = NamespaceLock.isTaken(host.lockFile());
        List<Tool> tools = TOOLS.stream().map(name -> tool(host, name)).toList();
        try {
            // While a tracker keeps the firewall, what that tracker chose is in force.
            HostFirewall firewall = kept
                    ? attach(host)
                    : attached(host, List.of(find(host, variant, protection).open()));
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
                    Optional.empty(), Optional.of(failure), kept, tools, new HostWarnings(host.root()).all(false));
        }
    }

    private static Tool tool(HostEnvironment host, String name) {
        try {
            return new Tool(name, Optional.of(host.runner().find(name, name)));
        } catch (FirewallException e) {
            return new Tool(name, Optional.empty());
        }
    }

    private static Opening find(HostEnvironment host, Variant variant, Protection protection) throws FirewallException {
        if (variant == Variant.NFT) {
            return NftBackend.find(host, protection, "");
        }
        try {
            IptablesProbe setup = IptablesProbe.of(host, protection);
            return () -> setup.open(variant);
        } catch (FirewallException e) {
            if (variant != Variant.AUTO || !ABSENT.contains(e.kind())) {
                throw e;
            }
            return findNft(host, protection, e);
        }
    }

    private static Opening findNft(HostEnvironment host, Protection protection, FirewallException noIptables)
            throws FirewallException {
        try {
            return NftBackend.find(host, protection, ", as " + noIptables.failure());
        } catch (FirewallException e) {
            throw ABSENT.contains(e.kind()) ? noIptables : e;
        }
    }

    /** What an earlier run of the other kind left. */
    private static List<Backend> left(HostEnvironment host, Backend backend) throws FirewallException {
        Attempt other;
        if (!(backend instanceof NftBackend)) {
            // Where iptables may do all, and nft nothing, the kernel has never had a table of ours.
            other = Attempt.at(() -> NftBackend.attach(host), UNUSABLE);
        } else if (IptablesProbe.mayBeInForce(host)) {
            other = Attempt.at(() -> IptablesBackend.attach(host), ABSENT);
        } else {
            return List.of();
        }
        return other.inForce();
    }

    static HostFirewall attach(HostEnvironment host) throws FirewallException {
        Attempt nft = Attempt.at(() -> NftBackend.attach(host), UNUSABLE);
        List<Backend> inForce = new ArrayList<>(nft.inForce());
        if (inForce.isEmpty() || IptablesProbe.mayBeInForce(host)) {
            Attempt iptables = Attempt.at(() -> IptablesBackend.attach(host), ABSENT);
            inForce.addAll(0, iptables.inForce());
            if (inForce.isEmpty()) {
                return attached(host, List.of(iptables.orElse(nft)));
            }
        }
        return attached(host, inForce);
    }

    private static HostFirewall attached(HostEnvironment host, List<Backend> backends) {
        return new NamespaceFirewall(host, backends.get(0), backends.subList(1, backends.size()), Optional.empty());
    }

    /** One of both holds a value. */
    private record Attempt(Optional<Backend> backend, Optional<FirewallException> failure) {
        /**
         * @param tolerable what may be the matter with it
         */
        static Attempt at(Opening opening, Set<Kind> tolerable) throws FirewallException {
            try {
                return new Attempt(Optional.of(opening.open()), Optional.empty());
            } catch (FirewallException e) {
                if (tolerable.contains(e.kind())) {
                    return new Attempt(Optional.empty(), Optional.of(e));
                }
                throw e;
            }
        }

        List<Backend> inForce() throws FirewallException {
            return backend.isPresent() && backend.get().isInForce() ? List.of(backend.get()) : List.of();
        }

        /** This or the other; if neither works, it says what can be done about it soonest. */
        Backend orElse(Attempt other) throws FirewallException {
            if (backend.isPresent()) {
                return backend.get();
            }
            if (other.backend.isPresent()) {
                return other.backend.get();
            }
            throw other.failure
                    .filter(e -> e.kind() == Kind.NOT_PERMITTED)
                    .or(() -> failure)
                    .orElseThrow();
        }
    }
}
