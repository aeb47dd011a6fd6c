package io.tcptracker.firewall;

import io.tcptracker.core.Ban;
import io.tcptracker.core.Firewall.FirewallException;
import io.tcptracker.core.Firewall.FirewallException.Kind;
import io.tcptracker.core.Prefix;
import io.tcptracker.firewall.Runner.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Our chain in the table {@code filter} of one address family, and the jump to it. Each change is one transaction: all
 * of it is done, or nothing.
 *
 * <p>Immutable; what it stands for isn't.
 */
final class Chain {
    static final String NAME = "tcptracker";

    /** Makes the chain if it isn't there, and empties it if it is. */
    private static final String EMPTY_CHAIN = ":" + NAME + " - [0:0]";
    /**
     * Established connections of a source go on when it is banned, and those that we make to it. INVALID stops the scans
     * without SYN (FIN, NULL, Xmas); with UNTRACKED, neighbour discovery would fail and IPv6 with it.
     */
    private static final String JUMP =
            "-m conntrack --ctstate NEW,INVALID -m comment --comment " + NAME + " -j " + NAME;

    private final Runner runner;
    private final Path tool;
    private final Path restore;
    private final Version version;
    private final Prefix everyone;

    private Chain(Runner runner, Path tool, Path restore, Version version, Prefix everyone) {
        this.runner = runner;
        this.tool = tool;
        this.restore = restore;
        this.version = version;
        this.everyone = everyone;
    }

    static Chain v4(Runner runner) throws FirewallException {
        return of(runner, "iptables", Prefix.parse("0.0.0.0/0"));
    }

    static Chain v6(Runner runner) throws FirewallException {
        return of(runner, "ip6tables", Prefix.parse("::/0"));
    }

    private static Chain of(Runner runner, String name, Prefix everyone) throws FirewallException {
        Path tool = runner.find(name);
        Version version = Version.of(runner.run(tool, List.of("-V"), ""));
        return new Chain(runner, tool, runner.find(name + "-restore"), version, everyone);
    }

    Version version() {
        return version;
    }

    /** Reads the firewall, to see that it can be. */
    void probe() throws FirewallException {
        succeeded(list("INPUT"));
    }

    /** Reads the firewall as well, but returns false if the kernel doesn't have this address family. */
    boolean probeFamily() throws FirewallException {
        Result result = list("INPUT");
        if (result.exit() != 0 && result.err().contains("Address family not supported")) {
            return false;
        }
        succeeded(result);
        return true;
    }

    /** Makes the chain hold the bans of this family, and these alone, and the jump to it come first. */
    void replace(Collection<Ban> bans) throws FirewallException {
        List<String> lines = new ArrayList<>();
        lines.add(EMPTY_CHAIN);
        lines.addAll(rules(bans));
        lines.addAll(jumpDeletions());
        lines.add("-I INPUT 1 " + JUMP);
        succeeded(commit(lines));
    }

    /** Adds the bans of this family. */
    void add(Collection<Ban> bans) throws FirewallException {
        List<String> rules = rules(bans);
        if (rules.isEmpty()) {
            return;
        }
        Result result = commit(rules);
        if (result.exit() != 0) {
            FirewallException failure = Diagnosis.of(result);
            // The legacy variant says no more than that a line failed.
            throw failure.kind() == Kind.FAILED ? chainGone().orElse(failure) : failure;
        }
    }

    private Optional<FirewallException> chainGone() throws FirewallException {
        Result result = list(NAME, "1");
        return result.exit() == 0
                ? Optional.empty()
                : Optional.of(Diagnosis.of(result)).filter(failure -> failure.kind() == Kind.CHAIN_GONE);
    }

    /** The bans in the chain, in its order; none if there is no chain. */
    List<Ban> bans() throws FirewallException {
        Result result = list(NAME);
        if (result.exit() != 0) {
            FirewallException failure = Diagnosis.of(result);
            if (failure.kind() == Kind.CHAIN_GONE) {
                return List.of();
            }
            throw failure;
        }
        return result.out()
                .lines()
                .flatMap(line -> BanRule.parse(line, everyone).stream())
                .toList();
    }

    /** Takes away the chain and all jumps to it from INPUT. */
    void remove() throws FirewallException {
        List<String> lines = new ArrayList<>();
        lines.add(EMPTY_CHAIN);
        lines.addAll(jumpDeletions());
        Result removal =
                commit(Stream.concat(lines.stream(), Stream.of("-X " + NAME)).toList());
        if (removal.exit() == 0) {
            return;
        }
        FirewallException failure = Diagnosis.of(removal);
        Optional<String> foreign = succeeded(list())
                .out()
                .lines()
                .filter(rule -> isJump(rule) && !rule.startsWith("-A INPUT "))
                .findFirst();
        if (foreign.isEmpty()) {
            throw failure;
        }
        // The rule is somebody else's to take away, but it shall ban nobody any more.
        succeeded(commit(lines));
        throw new FirewallException(
                Kind.FAILED,
                Diagnosis.name(tool) + " lifted all bans but can't take away the chain " + NAME
                        + ", which a rule that isn't ours jumps to: "
                        + Diagnosis.name(tool) + " "
                        + Diagnosis.clean(foreign.get()).replaceFirst("^-A", "-D") + " && "
                        + Diagnosis.name(tool) + " -X " + NAME);
    }

    private List<String> rules(Collection<Ban> bans) {
        Set<Prefix> seen = new HashSet<>();
        return bans.stream()
                .filter(ban ->
                        ban.source().address().isV4() == everyone.address().isV4())
                .filter(ban -> seen.add(ban.source()))
                .map(BanRule::format)
                .toList();
    }

    /** In the words of the tool itself, so that jumps go that an earlier version of ours, or a person, wrote. */
    private List<String> jumpDeletions() throws FirewallException {
        return succeeded(list("INPUT"))
                .out()
                .lines()
                .filter(Chain::isJump)
                .map(rule -> rule.replaceFirst("^-A", "-D"))
                .toList();
    }

    private static boolean isJump(String rule) {
        return rule.startsWith("-A ") && (rule.endsWith(" -j " + NAME) || rule.endsWith(" -g " + NAME));
    }

    private Result list(String... which) throws FirewallException {
        List<String> arguments = options("-S");
        arguments.addAll(List.of(which));
        return runner.run(tool, arguments, "");
    }

    private Result commit(List<String> lines) throws FirewallException {
        return runner.run(restore, options("--noflush"), "*filter\n" + String.join("\n", lines) + "\nCOMMIT\n");
    }

    /** Without a wait, the legacy variant gives up as soon as another program is at work, or waits for ever. */
    private List<String> options(String last) {
        List<String> options = new ArrayList<>(version.waits() ? List.of("-w", "3") : List.of());
        options.add(last);
        return options;
    }

    private static Result succeeded(Result result) throws FirewallException {
        if (result.exit() != 0) {
            throw Diagnosis.of(result);
        }
        return result;
    }
}
