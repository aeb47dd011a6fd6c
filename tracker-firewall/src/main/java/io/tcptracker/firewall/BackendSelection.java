package io.tcptracker.firewall;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.Backend.Opening;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.ipset.IpsetBackend;
import io.tcptracker.firewall.iptables.IptablesBackend;
import io.tcptracker.firewall.iptables.TrackerChains;
import io.tcptracker.firewall.nft.NftBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The choice of a backend for a host, and the search for backends that are in force there. */
final class BackendSelection {
    private static final Set<Kind> ABSENT = Set.of(Kind.NOT_INSTALLED, Kind.UNAVAILABLE);
    private static final Set<Kind> UNUSABLE = Set.of(Kind.NOT_INSTALLED, Kind.UNAVAILABLE, Kind.NOT_PERMITTED);

    private BackendSelection() {}

    /**
     * Finds the backend for a tracker that keeps the firewall.
     *
     * @param forwarded whether bans apply to forwarded traffic too
     */
    static Opening find(HostEnvironment host, BackendChoice variant, boolean forwarded) throws FirewallException {
        if (variant == BackendChoice.NFT) {
            return NftBackend.find(host, forwarded, "");
        }
        try {
            TrackerChains chains = TrackerChains.of(host, forwarded);
            return () -> open(host, variant, chains);
        } catch (FirewallException e) {
            if (variant != BackendChoice.AUTO || !ABSENT.contains(e.kind())) {
                throw e;
            }
            return findNft(host, forwarded, e);
        }
    }

    private static Backend open(HostEnvironment host, BackendChoice variant, TrackerChains chains)
            throws FirewallException {
        if (variant == BackendChoice.IPTABLES) {
            return IptablesBackend.of(chains, "");
        }
        try {
            return IpsetBackend.open(host, chains);
        } catch (FirewallException e) {
            if (variant == BackendChoice.IPSET) {
                throw e;
            }
            return IptablesBackend.of(chains, ", as " + e.failure());
        }
    }

    private static Opening findNft(HostEnvironment host, boolean forwarded, FirewallException noIptables)
            throws FirewallException {
        try {
            return NftBackend.find(host, forwarded, ", as " + noIptables.failure());
        } catch (FirewallException e) {
            throw ABSENT.contains(e.kind()) ? noIptables : e;
        }
    }

    /** Returns what an earlier run of other variants left. */
    static List<Backend> left(HostEnvironment host, Backend backend) throws FirewallException {
        if (!(backend instanceof NftBackend)) {
            // Where iptables may do all, and nft nothing, the kernel has never had a table of ours.
            Attempt nft = Attempt.at(() -> NftBackend.attach(host), UNUSABLE);
            List<Backend> left = new ArrayList<>(nft.inForce());
            left.addAll(leftWithSameChains(host, backend));
            return left;
        }
        return TrackerChains.mayBePresent(host)
                ? withSiblings(
                        host, Attempt.at(() -> attachIptables(host), ABSENT).inForce())
                : List.of();
    }

    private static List<Backend> withSiblings(HostEnvironment host, List<Backend> backends) throws FirewallException {
        List<Backend> all = new ArrayList<>(backends);
        for (Backend backend : backends) {
            all.addAll(leftWithSameChains(host, backend));
        }
        return all;
    }

    /** Returns the sets that are left where bans are rules, or the rules that are left where bans are in sets. */
    private static List<Backend> leftWithSameChains(HostEnvironment host, Backend backend) throws FirewallException {
        if (backend instanceof IptablesBackend rules && IpsetBackend.hasSets(host)) {
            return List.of(IpsetBackend.attach(host, rules.chains()));
        }
        if (backend instanceof IpsetBackend sets) {
            IptablesBackend rules = IptablesBackend.of(sets.chains(), "");
            return rules.bans().isEmpty() ? List.of() : List.of(rules);
        }
        return List.of();
    }

    /** Returns the backend whose bans the chain contains, or where the chain is gone, the sets that a reload leaves. */
    private static Backend attachIptables(HostEnvironment host) throws FirewallException {
        TrackerChains chains = TrackerChains.asFound(host);
        boolean present = chains.arePresent();
        if (present ? chains.matchSets() : IpsetBackend.hasSets(host)) {
            return IpsetBackend.attach(host, chains);
        }
        return present ? IptablesBackend.of(chains, "") : IptablesBackend.ofNothing(chains);
    }

    /** Returns the backends that are in force, the one to use first; or where there is none, one that works. */
    static List<Backend> attach(HostEnvironment host) throws FirewallException {
        Attempt nft = Attempt.at(() -> NftBackend.attach(host), UNUSABLE);
        List<Backend> inForce = new ArrayList<>(nft.inForce());
        if (inForce.isEmpty() || TrackerChains.mayBePresent(host)) {
            Attempt iptables = Attempt.at(() -> attachIptables(host), ABSENT);
            inForce.addAll(0, withSiblings(host, iptables.inForce()));
            if (inForce.isEmpty()) {
                return List.of(iptables.orElse(nft));
            }
        }
        return inForce;
    }

    /** An attempt to open a backend: it holds either the backend or the failure. */
    private record Attempt(Optional<Backend> backend, Optional<FirewallException> failure) {
        /**
         * @param tolerable the kinds of failures to hold
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
