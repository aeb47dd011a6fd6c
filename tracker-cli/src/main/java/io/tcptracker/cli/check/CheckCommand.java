package io.tcptracker.cli.check;

import io.tcptracker.cli.allow.Routes;
import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.console.Table;
import io.tcptracker.cli.console.Terminal;
import io.tcptracker.cli.options.Defaults;
import io.tcptracker.cli.options.FirewallOptions;
import io.tcptracker.cli.options.HelpSections;
import io.tcptracker.firewall.HostFirewall;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that checks this host. */
@Command(
        name = "check",
        sortOptions = false,
        description = {
            "Check whether this host can capture and block, and what other firewalls it has.",
            "Changes nothing. Works without privileges too, and then reports those that are missing. Run it as the user"
                    + " and in the place (unit, container) in which the tracker is to run.",
            "Each line begins with ok, warn (the tracker runs in spite of it) or FAIL (it can't run). A cure stands"
                    + " below. Returns 0 if nothing failed, 77 if only privileges are missing, and 69 otherwise."
        },
        footer = {
            "  tcptracker check",
            "  sudo tcptracker check -d eth0",
            "  tcptracker check --json | jq '.[] | select(.state == \"fail\")'"
        })
public final class CheckCommand implements Callable<Integer> {
    private static final Path ROOT = Path.of("/");
    /** Less than 10 s with the start of Java. */
    private static final Duration LONGEST = Duration.ofSeconds(7);

    @Spec
    private CommandSpec spec;

    @Option(
            order = HelpSections.WATCH,
            names = {"-d", "--device"},
            paramLabel = "DEVICE",
            description = "Check this device, or 'any' for all (default: that of the default route).")
    private @Nullable String device;

    @Mixin
    private FirewallOptions firewallOptions;

    @Option(
            order = HelpSections.OUTPUT,
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = Defaults.LISTEN,
            description = "Check that /metrics and /health can be served at this address (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress listen;

    @Option(
            order = HelpSections.OUTPUT + 1,
            names = "--json",
            fallbackValue = "true",
            description = "Print an array of objects with check, state (ok, warn or fail), detail and cure.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        // All that matters is among the results.
        System.setProperty("org.slf4j.simpleLogger.log.io.tcptracker", "off");
        ParallelChecks checks = new ParallelChecks();
        checks.start("privileges", () -> PrivilegeCheck.results(ROOT));
        checks.start(
                "capture",
                () -> DeviceCheck.results(
                        Optional.ofNullable(device), Routes.read(ROOT).defaultDevice()));
        checks.start(
                "firewall",
                () -> FirewallCheck.results(
                        HostFirewall.report(firewallOptions.variant(), firewallOptions.protection())));
        long self = ProcessHandle.current().pid();
        checks.start("tracker", () -> TrackerCheck.results(RunningProcesses.read(ROOT), self, listen));
        List<CheckResult> results = checks.results(LONGEST);
        // The programs of a check that was given up.
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);

        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(results.stream().map(CheckResult::toMap).toList()));
        } else {
            out.print(table(results, Terminal.takesColour()));
        }
        out.flush();
        return exitCode(results);
    }

    /** Returns the exit code. A missing privilege comes last, since it is given in a line. */
    static int exitCode(List<CheckResult> results) {
        return results.stream()
                .map(CheckResult::state)
                .filter(State::isFailure)
                .mapToInt(State::exitCode)
                .min()
                .orElse(ExitCode.DONE);
    }

    static String table(List<CheckResult> results, boolean colours) {
        List<List<String>> rows = new ArrayList<>();
        for (CheckResult result : results) {
            rows.add(List.of(result.state().shown(colours), result.check(), result.detail()));
            if (!result.cure().isEmpty()) {
                rows.add(List.of("", "", "cure: " + result.cure()));
            }
        }
        long failed =
                results.stream().filter(result -> result.state().isFailure()).count();
        return Table.of(rows)
                + switch ((int) failed) {
                    case 0 -> "This host can capture and block\n";
                    case 1 -> "1 problem found\n";
                    default -> failed + " problems found\n";
                };
    }
}
