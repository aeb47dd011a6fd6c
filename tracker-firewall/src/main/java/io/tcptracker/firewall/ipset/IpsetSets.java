package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.AllowEntryText;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.FailureCollector;
import io.tcptracker.firewall.iptables.TrackerChain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Our sets, all of the type {@code hash:net}. It takes single addresses as well as prefixes, in one look-up each way. It finds
 * a source among single addresses as fast as {@code hash:ip} does, to a tenth. A set is filled under another name, and then
 * the two change places, so that no set is ever half full.
 */
final class IpsetSets {
    private static final String NEW = "-new";
    private static final String PROBE = "-probe";
    /** More than own addresses, resolvers and the user's prefixes ever take. */
    private static final int MOST_ALLOWED = 65_536;
    /** Rules are freed some time after they are gone. */
    private static final int TRIES = 100;

    private static final long WAIT_MILLIS = 10;

    private final Ipset ipset;
    private final int most;

    IpsetSets(Ipset ipset, int most) {
        this.ipset = ipset;
        this.most = most;
    }

    /** Refuses where sets or rules that match them can't be made; leaves nothing behind. */
    void probe(TrackerChain chain) throws FirewallException {
        String set = chain.family().bans() + PROBE;
        ipset.restore(List.of("create " + set + bansOptions(chain.family())));
        try {
            chain.probe(List.of("-A " + Backend.NAME + " -m set --match-set " + set + " src"
                    + TrackerChain.generation(0) + " -j DROP"));
        } finally {
            destroy(set);
        }
    }

    /**
     * Makes the set of bans hold these alone.
     *
     * @return what was answered to each ban in turn
     */
    List<String> fillBans(AddressFamily family, List<Ban> bans, Instant now) throws FirewallException {
        return fill(
                family.bans(),
                bansOptions(family),
                bans.stream()
                        .map(ban -> BanEntry.format(family.bans() + NEW, ban, now))
                        .toList());
    }

    private String bansOptions(AddressFamily family) {
        return " hash:net family " + family.inSets() + " maxelem " + most + " timeout 0 comment";
    }

    /** Makes the set of those that are exempt hold these alone. */
    void fillAllowed(AddressFamily family, AllowList allowed) throws FirewallException {
        String add = "add " + family.allowed() + NEW + " ";
        List<String> entries = new ArrayList<>();
        AllowEntryText.of(family, allowed).forEach((prefix, reason) -> {
            for (String each : prefix.length() == 0 ? halves(family) : List.of(prefix.toString())) {
                entries.add(add + each + " comment \"" + reason + "\"");
            }
        });
        List<String> answers = fill(
                family.allowed(),
                " hash:net family " + family.inSets() + " maxelem " + MOST_ALLOWED + " comment",
                entries);
        for (String answer : answers) {
            if (!answer.isEmpty()) {
                throw ipset.failure(answer);
            }
        }
    }

    /** Returns two prefixes for all addresses, as a set doesn't take a prefix of length 0. */
    private static List<String> halves(AddressFamily family) {
        return family == AddressFamily.V4 ? List.of("0.0.0.0/1", "128.0.0.0/1") : List.of("::/1", "8000::/1");
    }

    private List<String> fill(String set, String options, List<String> entries) throws FirewallException {
        String fresh = set + NEW;
        List<String> making = List.of("destroy " + fresh, "create " + fresh + options, "create " + set + options);
        List<String> made =
                ipset.tell(making.stream().map(command -> command + " -exist").toList());
        if (!made.get(1).isEmpty()) {
            throw ipset.failure(made.get(1));
        }
        List<String> answers = ipset.tell(entries);
        // The new set replaces a set of any other options that is there.
        exchange(set, fresh);
        return answers;
    }

    /** Exchanges two sets; not through the pipe, which may do it twice. */
    private void exchange(String set, String fresh) throws FirewallException {
        try {
            ipset.restore(List.of("swap " + set + " " + fresh, "destroy " + fresh));
        } catch (FirewallException e) {
            if (!IpsetErrors.isOtherType(e)) {
                throw e;
            }
            ipset.restore(List.of("destroy " + set, "rename " + fresh + " " + set));
        }
    }

    /** Adds bans; returns the answer to each in turn. */
    List<String> add(List<Ban> bans, Instant now) throws FirewallException {
        return ipset.tell(bans.stream()
                .map(ban -> BanEntry.format(set(ban.source()), ban, now))
                .toList());
    }

    /** Lifts bans; returns the answer to each source in turn. */
    List<String> lift(List<Prefix> sources) throws FirewallException {
        return ipset.tell(sources.stream()
                .map(source -> "del " + set(source) + " " + source + " -exist")
                .toList());
    }

    private static String set(Prefix source) {
        return AddressFamily.V4.has(source) ? AddressFamily.V4.bans() : AddressFamily.V6.bans();
    }

    List<Ban> bans(AddressFamily family, Instant now) throws FirewallException {
        return ipset.entries(family.bans()).stream()
                .flatMap(line -> BanEntry.parse(line, now).stream())
                .toList();
    }

    /** Returns whether there are sets of ours. */
    boolean arePresent() throws FirewallException {
        return !ours().isEmpty();
    }

    /** Takes away all sets of ours. */
    void remove() throws FirewallException {
        FailureCollector failures = new FailureCollector();
        for (String set : ours()) {
            try {
                destroy(set);
            } catch (FirewallException e) {
                failures.add(e);
            }
        }
        failures.throwFirst();
    }

    private List<String> ours() throws FirewallException {
        Set<String> names = ipset.headers().keySet();
        return Stream.of(AddressFamily.values())
                .flatMap(family -> Stream.of(family.bans(), family.allowed()))
                .flatMap(set -> Stream.of(set, set + NEW, set + PROBE))
                .filter(names::contains)
                .toList();
    }

    private void destroy(String set) throws FirewallException {
        Optional<FirewallException> failure = Optional.empty();
        boolean interrupted = false;
        for (int i = 0; i < TRIES; i++) {
            failure = tryToDestroy(set);
            if (failure.filter(IpsetErrors::isInUse).isEmpty()) {
                break;
            }
            try {
                Thread.sleep(WAIT_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private Optional<FirewallException> tryToDestroy(String set) {
        try {
            ipset.restore(List.of("destroy " + set));
            return Optional.empty();
        } catch (FirewallException e) {
            return e.kind() == Kind.CHAIN_GONE ? Optional.empty() : Optional.of(e);
        }
    }
}
