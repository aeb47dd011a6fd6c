package io.tcptracker.cli;

import io.tcptracker.cli.allow.LiveAllowList;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.console.Table;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.HostFirewall;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that lists and changes what is blocked. */
@Command(
        name = "chain",
        description = {
            "List the blocked sources and the allow list, or block and unblock a source manually.",
            "Works without a running tracker too, such as after a crash. A running tracker notices the change within seconds."
        },
        footer = {
            "  tcptracker chain",
            "  tcptracker chain --json | jq -r '.[].source'",
            "  tcptracker chain --block 198.51.100.0/24 --for 12h",
            "  tcptracker chain --unblock 198.51.100.7",
            "  tcptracker chain --flush"
        })
final class ChainCommand implements Callable<Integer> {
    private static final String MANUAL = "manual";
    private static final Comparator<AllowList.Entry> BY_ADDRESS = Comparator.comparing(
                    (AllowList.Entry entry) -> entry.prefix().address())
            .thenComparing(entry -> entry.prefix().length());

    @Spec
    private CommandSpec spec;

    @ArgGroup
    private @Nullable Change change;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "Block for this long; 0 blocks until --unblock (default: 1h).")
    private @Nullable Duration length;

    @Option(
            names = "--json",
            fallbackValue = "true",
            description = "List as a JSON array of objects with source, since, until, count and reason.")
    private boolean json;

    /** The changes, of which a command makes one. */
    static final class Change {
        @Option(
                names = "--flush",
                fallbackValue = "true",
                description = "Unblock all sources. If no tracker runs, also remove our chain, sets and table.")
        private boolean flush;

        @Option(names = "--block", paramLabel = "PREFIX", description = "Block an address or a network.")
        private @Nullable Prefix block;

        @Option(
                names = "--unblock",
                paramLabel = "PREFIX",
                description = "Unblock a source, written as in the list. If it keeps scanning, it is blocked again.")
        private @Nullable Prefix unblock;
    }

    @Override
    public Integer call() throws IOException {
        if (length != null && (change == null || change.block == null)) {
            throw new ParameterException(spec.commandLine(), "--for needs --block: name the address to block");
        }
        if (json && change != null) {
            throw new ParameterException(spec.commandLine(), "--json is for the list only: leave it out");
        }
        // Left rather than closed: to close it removes the chain.
        HostFirewall firewall = HostFirewall.attach();
        try {
            PrintWriter out = spec.commandLine().getOut();
            if (change == null) {
                list(firewall, out);
            } else if (change.block != null) {
                block(firewall, change.block, out);
            } else if (change.unblock != null) {
                unblock(firewall, change.unblock, out);
            } else if (change.flush) {
                flush(firewall, out);
            }
            out.flush();
        } finally {
            firewall.leave();
        }
        return ExitCode.DONE;
    }

    private void flush(HostFirewall firewall, PrintWriter out) throws IOException {
        List<Ban> bans = firewall.bans();
        if (firewall.isKept()) {
            firewall.lift(bans.stream().map(Ban::source).toList());
        } else {
            firewall.close();
        }
        out.println(bans.size() == 1 ? "1 ban lifted" : bans.size() + " bans lifted");
    }

    private void block(HostFirewall firewall, Prefix source, PrintWriter out) throws IOException {
        Optional<AllowList.Entry> allowed = allowed(firewall).overlapping(source);
        if (allowed.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    source + " is never blocked: " + allowed.get().prefix() + " is on the allow list ("
                            + allowed.get().reason() + ")");
        }
        Duration how = length == null ? Duration.ofHours(1) : length;
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Ban ban = new Ban(source, now, how, 1, MANUAL);
        List<Ban> inForce = firewall.bans();
        try {
            firewall.add(List.of(ban), BansInForce.of(inForce));
        } catch (FirewallException e) {
            if (e.kind() != FirewallException.Kind.CHAIN_GONE) {
                throw e;
            }
            List<Ban> all = new ArrayList<>(inForce);
            all.removeIf(former -> former.source().equals(source));
            all.add(ban);
            firewall.replace(all, allowed(firewall), BansInForce.of(inForce));
        }
        out.println("Blocked " + source
                + ban.until().map(until -> " until " + until).orElse(" until it is unblocked manually"));
    }

    private static void unblock(HostFirewall firewall, Prefix source, PrintWriter out) throws IOException {
        boolean banned = firewall.bans().stream().anyMatch(ban -> ban.source().equals(source));
        firewall.lift(List.of(source));
        out.println(
                banned
                        ? "Unblocked " + source
                        : source + " is not blocked; 'tcptracker chain' lists the blocked sources");
    }

    /** Returns the allow list of a running tracker, with the addresses of this host in any case. */
    private static AllowList allowed(HostFirewall firewall) throws IOException {
        List<AllowList.Entry> entries = new ArrayList<>(firewall.allowed());
        LiveAllowList here =
                new LiveAllowList(Path.of("/"), System.getenv(), List.of(), Optional.empty(), System::nanoTime);
        entries.addAll(here.get().entries());
        return AllowList.ofEntries(entries);
    }

    private void list(HostFirewall firewall, PrintWriter out) throws IOException {
        List<Ban> bans = firewall.bans();
        if (json) {
            out.println(Json.of(bans.stream().map(ChainCommand::object).toList()));
            return;
        }
        out.print(bans.isEmpty() ? "No source is blocked\n" : table(bans));
        List<AllowList.Entry> allowed = firewall.allowed();
        if (!allowed.isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NEVER BLOCKED", "REASON"));
            allowed.stream()
                    .sorted(BY_ADDRESS)
                    .forEach(entry -> rows.add(List.of(entry.prefix().toString(), entry.reason())));
            out.print("\n" + Table.of(rows));
        }
    }

    private static Map<String, @Nullable Object> object(Ban ban) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("source", ban.source());
        object.put("since", ban.since());
        object.put("until", ban.until().orElse(null));
        object.put("count", ban.count());
        object.put("reason", ban.reason());
        return object;
    }

    private static String table(List<Ban> bans) {
        Instant now = Instant.now();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SOURCE", "SINCE", "REMAINING", "COUNT", "REASON"));
        for (Ban ban : bans) {
            rows.add(List.of(
                    ban.source().toString(),
                    ban.since().truncatedTo(ChronoUnit.SECONDS).toString(),
                    ban.until()
                            .map(until -> remaining(Duration.between(now, until)))
                            .orElse("no end"),
                    String.valueOf(ban.count()),
                    ban.reason()));
        }
        return Table.of(rows);
    }

    /** Returns a duration in its two largest units, as options read it. */
    static String remaining(Duration left) {
        if (left.isNegative() || left.toSeconds() == 0) {
            return "0s";
        }
        long[] parts = {left.toDaysPart(), left.toHoursPart(), left.toMinutesPart(), left.toSecondsPart()};
        int first = 0;
        while (parts[first] == 0) {
            first++;
        }
        String text = parts[first] + String.valueOf("dhms".charAt(first));
        return first == 3 || parts[first + 1] == 0 ? text : text + parts[first + 1] + "dhms".charAt(first + 1);
    }
}
