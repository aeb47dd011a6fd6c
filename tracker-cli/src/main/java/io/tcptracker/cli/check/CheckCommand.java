package io.tcptracker.cli.check;

import io.tcptracker.cli.allow.Routes;
import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.console.Terminal;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = {
            "Tell whether this host can capture and block, what else manages its firewall, and what to do.",
            "Changes nothing. Works without privileges too, and then tells which are missing; run it as the user and in"
                    + " the place (unit, container) that the tracker is to run in.",
            "Each line begins with ok, warn (runs all the same) or FAIL (doesn't run); a cure stands below. Returns 0"
                    + " if nothing failed, 77 if only privileges are missing, else 69."
        },
        footer = {
            "  tcptracker check",
            "  sudo tcptracker check -d eth0",
            "  tcptracker check --json | jq '.[] | select(.state == \"fail\")'"
        })
public final class CheckCommand implements Callable<Integer> {
    private static final Path ROOT = Path.of("/");
    /** With what Java takes to start, less than 10 s. */
    private static final Duration LONGEST = Duration.ofSeconds(7);

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-d", "--device"},
            paramLabel = "DEVICE",
            description = "The device to be watched, or 'any' for all (default: that of the default route).")
    private @Nullable String device;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = "127.0.0.1:8081",
            description = "Where /metrics and /health are to be served (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress listen;

    @Option(
            names = "--json",
            fallbackValue = "true",
            description = "Print an array of objects with check, state (ok, warn or fail), detail and cure.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        // Whatever is worth saying is among the findings.
        System.setProperty("org.slf4j.simpleLogger.log.io.tcptracker", "off");
        ParallelChecks checkup = new ParallelChecks();
        checkup.start("privileges", () -> PrivilegeCheck.findings(ROOT));
        checkup.start(
                "capture",
                () -> DeviceCheck.findings(
                        Optional.ofNullable(device), Routes.read(ROOT).defaultDevice()));
        checkup.start(
                "firewall",
                () -> FirewallCheck.findings(
                        Optional.ofNullable(System.getenv("PATH")).orElse("")));
        long self = ProcessHandle.current().pid();
        checkup.start("tracker", () -> TrackerCheck.findings(Processes.read(ROOT), self, listen));
        checkup.start("others", () -> CoexistenceCheck.findings(ROOT, Processes.read(ROOT)));
        List<CheckResult> findings = checkup.findings(LONGEST);
        // Of a check that was given up.
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);

        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.of(findings.stream().map(CheckResult::toMap).toList()));
        } else {
            out.print(table(findings, Terminal.takesColour()));
        }
        out.flush();
        return exitCode(findings);
    }

    /** A privilege can be given in a line; so whatever else is missing tells more. */
    static int exitCode(List<CheckResult> findings) {
        return findings.stream()
                .map(CheckResult::state)
                .filter(State::isFailure)
                .mapToInt(State::exitCode)
                .min()
                .orElse(ExitCode.DONE);
    }

    static String table(List<CheckResult> findings, boolean colours) {
        int width = findings.stream()
                .mapToInt(finding -> finding.check().length())
                .max()
                .orElse(0);
        String row = "%s  %-" + Math.max(1, width) + "s  %s\n";
        StringBuilder text = new StringBuilder();
        for (CheckResult finding : findings) {
            text.append(String.format(row, finding.state().shown(colours), finding.check(), finding.detail()));
            if (!finding.cure().isEmpty()) {
                text.append(String.format(row, "    ", "", "cure: " + finding.cure()));
            }
        }
        long failed =
                findings.stream().filter(finding -> finding.state().isFailure()).count();
        return text.append(failed == 0 ? "This host can capture and block\n" : "To be mended: " + failed + "\n")
                .toString();
    }
}
