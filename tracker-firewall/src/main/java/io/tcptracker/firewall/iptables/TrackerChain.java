package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.process.ErrorMessages;
import io.tcptracker.firewall.process.Programs.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Our chain in the table {@code filter} of one address family, and the jumps to it. Each change is one transaction: all
 * of it is done, or nothing. The comment of its first rule tells how many times bans were changed manually.
 *
 * <p>Immutable; what it stands for isn't.
 */
public final class TrackerChain {
    public static final String NAME = Backend.NAME;

    /** Makes the chain if it isn't there, and empties it if it is. */
    private static final String EMPTY_CHAIN = ":" + NAME + " - [0:0]";

    private static final Pattern GENERATION = Pattern.compile("(?<= --comment \"?generation=)\\d{1,18}(?=[\" ])");

    private final AddressFamily family;
    private final Iptables iptables;
    private final ChainJumps jumps;

    TrackerChain(AddressFamily family, Iptables iptables, boolean forwarded) {
        this.family = family;
        this.iptables = iptables;
        this.jumps = new ChainJumps(iptables, forwarded);
    }

    public AddressFamily family() {
        return family;
    }

    IptablesVersion version() {
        return iptables.version();
    }

    /** Returns the comment of the first rule. */
    public static String generation(long number) {
        return " -m comment --comment \"generation=" + number + "\"";
    }

    /** Returns how many times bans were changed manually; empty if the first rule isn't of our making. */
    public static OptionalLong generation(List<String> rules) {
        Matcher first = GENERATION.matcher(rules.isEmpty() ? "" : rules.get(0));
        return first.find() ? OptionalLong.of(Long.parseLong(first.group())) : OptionalLong.empty();
    }

    /** Returns whether the kernel has this address family. */
    public boolean probe() throws FirewallException {
        Result result = iptables.list("INPUT");
        if (family == AddressFamily.V6
                && !result.succeeded()
                && result.err().contains("Address family not supported")) {
            return false;
        }
        result.orThrow(IptablesErrors.TABLE);
        return true;
    }

    /** Sees whether these rules would be taken, by making a chain of another name for no time. */
    public void probe(List<String> rules) throws FirewallException {
        String name = NAME + "-probe";
        List<String> lines = new ArrayList<>();
        lines.add(":" + name + " - [0:0]");
        rules.forEach(rule -> lines.add(rule.replaceFirst("^-A " + NAME, "-A " + name)));
        lines.add("-F " + name);
        lines.add("-X " + name);
        iptables.commit(lines).orThrow(IptablesErrors.TABLE);
    }

    /** Makes the chain hold these rules alone, and the jumps to it come first. */
    public void install(List<String> rules) throws FirewallException {
        List<String> lines = new ArrayList<>();
        lines.add(EMPTY_CHAIN);
        lines.addAll(rules);
        lines.addAll(jumps.renewal());
        iptables.commit(lines).orThrow(IptablesErrors.TABLE);
    }

    /** Makes the chain hold these rules alone. */
    void rewrite(List<String> rules) throws FirewallException {
        iptables.commit(Stream.concat(Stream.of(EMPTY_CHAIN), rules.stream()).toList())
                .orThrow(IptablesErrors.TABLE);
    }

    /** Does these changes to the chain, which must be there. */
    void change(List<String> lines) throws FirewallException {
        Result result = iptables.commit(lines);
        if (!result.succeeded()) {
            FirewallException failure = result.explain(IptablesErrors.TABLE);
            // The legacy variant says no more than that a line failed.
            throw failure.kind() == Kind.FAILED && rules().isEmpty() ? gone() : failure;
        }
    }

    /** Marks that bans were changed manually, for the tracker that keeps the firewall. */
    void changedManually() throws FirewallException {
        List<String> rules = rules("1").orElseThrow(this::gone);
        OptionalLong generation = generation(rules);
        // Where the first rule isn't ours, the chain is damaged, and will be repaired.
        if (generation.isPresent()) {
            String renewed = GENERATION
                    .matcher(rules.get(0))
                    .replaceFirst(String.valueOf(generation.getAsLong() + 1))
                    .replaceFirst("^-A " + NAME, "-R " + NAME + " 1");
            change(List.of(renewed));
        }
    }

    /** Returns the rules of the chain in their order; empty if there is no chain. */
    Optional<List<String>> rules() throws FirewallException {
        return rules(new String[0]);
    }

    private Optional<List<String>> rules(String... which) throws FirewallException {
        Result result =
                iptables.list(Stream.concat(Stream.of(NAME), Stream.of(which)).toArray(String[]::new));
        if (result.succeeded()) {
            return Optional.of(
                    result.out().lines().filter(line -> line.startsWith("-A ")).toList());
        }
        FirewallException failure = result.explain(IptablesErrors.TABLE);
        if (failure.kind() == Kind.CHAIN_GONE) {
            return Optional.empty();
        }
        throw failure;
    }

    FirewallException gone() {
        return new FirewallException(
                Kind.CHAIN_GONE, iptables.name() + " finds no chain " + NAME, "", ErrorMessages.REMOVED);
    }

    /** Returns what is wrong with the jumps, in a few words. */
    Optional<String> damage() throws FirewallException {
        return jumps.damage();
    }

    /** Takes away the chain and all jumps of ours to it. */
    void remove() throws FirewallException {
        List<String> lines = new ArrayList<>();
        lines.add(EMPTY_CHAIN);
        lines.addAll(jumps.deletions());
        Result removal = iptables.commit(
                Stream.concat(lines.stream(), Stream.of("-X " + NAME)).toList());
        if (removal.succeeded()) {
            return;
        }
        FirewallException failure = removal.explain(IptablesErrors.TABLE);
        Optional<String> foreign = iptables.list()
                .orThrow(IptablesErrors.TABLE)
                .out()
                .lines()
                .filter(rule -> ChainJumps.isJump(rule) && !rule.startsWith("-A INPUT "))
                .findFirst();
        if (foreign.isEmpty()) {
            throw failure;
        }
        // To remove the rule is up to its owner, but from now on it bans no source.
        iptables.commit(lines).orThrow(IptablesErrors.TABLE);
        throw new FirewallException(
                Kind.FAILED,
                iptables.name() + " lifted all bans but can't remove the chain " + NAME
                        + ", because a rule of another program jumps to it",
                "",
                iptables.name() + " " + ErrorMessages.clean(foreign.get()).replaceFirst("^-A", "-D") + " && "
                        + iptables.name() + " -X " + NAME);
    }
}
