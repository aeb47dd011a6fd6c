package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.Programs.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The jumps to our chain: first in INPUT, and first where forwarded traffic passes if that is to be kept out as well. */
final class ChainJumps {
    /** Docker puts its own rules before all others of FORWARD but these, and leaves these alone. */
    static final String DOCKER = "DOCKER-USER";

    private static final String INPUT = "INPUT";
    private static final String FORWARD = "FORWARD";
    /**
     * Established connections of a source go on when it is banned, and those that we make to it. INVALID stops the scans
     * without SYN (FIN, NULL, Xmas); with UNTRACKED, neighbour discovery would fail and IPv6 with it.
     */
    private static final String JUMP =
            "-m conntrack --ctstate NEW,INVALID -m comment --comment " + TrackerChain.NAME + " -j " + TrackerChain.NAME;

    private static final Pattern OURS = Pattern.compile("-A \\S+ -m conntrack --ctstate (?:INVALID,NEW|NEW,INVALID)"
            + " -m comment --comment \"?" + TrackerChain.NAME + "\"? -j " + TrackerChain.NAME);

    private final Iptables iptables;
    private final boolean forwarded;

    ChainJumps(Iptables iptables, boolean forwarded) {
        this.iptables = iptables;
        this.forwarded = forwarded;
    }

    /** Returns whether a rule sends forwarded traffic to our chain. */
    static boolean coverForwarded(Iptables iptables) throws FirewallException {
        ChainJumps jumps = new ChainJumps(iptables, false);
        return !jumps.deletions(FORWARD).isEmpty() || !jumps.deletions(DOCKER).isEmpty();
    }

    static boolean hasDocker(Iptables iptables) throws FirewallException {
        return new ChainJumps(iptables, false).rules(DOCKER).isPresent();
    }

    /** Takes away all jumps of ours, and puts one first in each place. */
    List<String> renewal() throws FirewallException {
        List<String> lines = deletions();
        lines.add(insertion(INPUT));
        if (forwarded) {
            lines.add(insertion(rules(DOCKER).isPresent() ? DOCKER : FORWARD));
        }
        return lines;
    }

    private static String insertion(String place) {
        return "-I " + place + " 1 " + JUMP;
    }

    /** Takes away all jumps of ours. */
    List<String> deletions() throws FirewallException {
        List<String> lines = new ArrayList<>();
        for (String place : List.of(INPUT, FORWARD, DOCKER)) {
            lines.addAll(deletions(place));
        }
        return lines;
    }

    /**
     * Returns deletions in the words of the tool itself. So jumps go from INPUT that an earlier version or the user wrote; in
     * other chains only ours go.
     */
    private List<String> deletions(String place) throws FirewallException {
        return rules(place).orElse(List.of()).stream()
                .filter(rule -> place.equals(INPUT) ? isJump(rule) : isOurs(rule))
                .map(rule -> rule.replaceFirst("^-A", "-D"))
                .toList();
    }

    /** Returns what is wrong with the jumps, in a few words. */
    Optional<String> damage() throws FirewallException {
        Optional<String> input = damage(INPUT);
        if (input.isPresent() || !forwarded) {
            return input;
        }
        return damage(rules(DOCKER, "1").isPresent() ? DOCKER : FORWARD);
    }

    private Optional<String> damage(String place) throws FirewallException {
        List<String> first = rules(place, "1").orElse(List.of());
        return first.stream().anyMatch(ChainJumps::isOurs)
                ? Optional.empty()
                : Optional.of("the jump is not first in " + place);
    }

    /** Returns the rules of a chain; empty if there is no such chain. */
    private Optional<List<String>> rules(String... place) throws FirewallException {
        Result result = iptables.list(place);
        if (result.succeeded()) {
            return Optional.of(result.out().lines().toList());
        }
        FirewallException failure = result.explain(IptablesErrors.TABLE);
        // What is unavailable is a chain of native nft rules, which hold no jump of ours.
        boolean needless = !forwarded && !place[0].equals(INPUT);
        if (failure.kind() == Kind.CHAIN_GONE || (failure.kind() == Kind.UNAVAILABLE && needless)) {
            return Optional.empty();
        }
        throw failure;
    }

    static boolean isJump(String rule) {
        return rule.startsWith("-A ")
                && (rule.endsWith(" -j " + TrackerChain.NAME) || rule.endsWith(" -g " + TrackerChain.NAME));
    }

    private static boolean isOurs(String rule) {
        return OURS.matcher(rule).matches();
    }
}
