package io.tcptracker.cli.run;

import io.tcptracker.capture.Engine;
import io.tcptracker.capture.LiveCapture;
import io.tcptracker.cli.allow.LiveAllowList;
import io.tcptracker.cli.allow.Routes;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Terminal;
import io.tcptracker.cli.events.EventLog;
import io.tcptracker.cli.events.LogFormat;
import io.tcptracker.cli.options.BanOptions;
import io.tcptracker.cli.options.Converters;
import io.tcptracker.cli.options.Defaults;
import io.tcptracker.cli.options.FirewallOptions;
import io.tcptracker.cli.options.HelpSections;
import io.tcptracker.cli.options.ScanOptions;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that watches a device until it is stopped. */
@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Log and count the new connections on a device, and block port scanners until stopped.",
            "Events go to standard output, diagnostics to standard error.",
            "Needs root, or the capabilities CAP_NET_RAW and CAP_NET_ADMIN."
        },
        footer = {
            "  tcptracker run -d eth0 --allow 10.0.0.0/8 --ban 1h",
            "  tcptracker run -d any --dry-run --quiet --log-format json",
            "  tcptracker run --allow-file /etc/tcptracker/allow",
            "  TCPTRACKER_DEVICE=eth0 TCPTRACKER_BAN=1h tcptracker run",
            "",
            "Each option has an environment variable: --log-format has TCPTRACKER_LOG_FORMAT.",
            "A duration is a number and ms, s, m, h or d, like 90s or 10m.",
            "A prefix is written like 10.0.0.0/8 or 2001:db8::/32."
        })
public final class RunCommand implements Callable<Integer> {
    private final Termination termination;
    private final String version;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-d", "--device"},
            paramLabel = "DEVICE",
            order = HelpSections.WATCH,
            description = "Watch this device, or 'any' for all (default: that of the default route).")
    private @Nullable String device;

    @Mixin
    private ScanOptions scanOptions;

    @Mixin
    private BanOptions banOptions;

    @Mixin
    private FirewallOptions firewallOptions;

    @Option(
            names = "--on-exit",
            paramLabel = "WHAT",
            defaultValue = "flush",
            order = HelpSections.BLOCKING + 9,
            description =
                    "Lift all bans when stopped (flush), or keep them until they end or the next start takes them over (keep) (default: ${DEFAULT-VALUE}).")
    private Blocking.OnExit onExit;

    @Option(
            names = "--allow",
            paramLabel = "PREFIX",
            split = ",",
            order = HelpSections.BLOCKING + 1,
            description =
                    "Never block these addresses; may be given several times. Never blocked in any case: the addresses of this host, its gateways, its resolvers, and the peers of its SSH server at the start.")
    private List<Prefix> allowed = List.of();

    @Option(
            names = "--allow-file",
            paramLabel = "FILE",
            order = HelpSections.BLOCKING + 2,
            description =
                    "Never block the prefixes in this file: one a line, comments after a #. Reloaded within seconds. If a change is invalid, it is logged and the previous list stays in force.")
    private @Nullable Path allowFile;

    // A flag flips its default. The fallback makes it true even where the environment has set it already.

    @Option(
            names = "--dry-run",
            fallbackValue = "true",
            order = HelpSections.BLOCKING,
            description =
                    "Report what would be blocked, without touching the firewall. On exit, list the sources that look like false positives.")
    private boolean dryRun;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = Defaults.LISTEN,
            order = HelpSections.OUTPUT + 3,
            description = "Serve /metrics and /health at this address (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress listen;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            order = HelpSections.OUTPUT,
            description = "Write events as text, or as json with one object a line (default: ${DEFAULT-VALUE}).")
    private LogFormat logFormat;

    @Option(
            names = "--quiet",
            fallbackValue = "true",
            order = HelpSections.OUTPUT + 1,
            description = "Write no lines for connections, only for scans and blocked sources.")
    private boolean quiet;

    @Option(
            names = "--log-rate",
            paramLabel = "N",
            defaultValue = "1000",
            order = HelpSections.OUTPUT + 2,
            description =
                    "Write one line each for up to N connections a second, and sum up the others. Scans and blocked sources always have a line (default: ${DEFAULT-VALUE}).")
    private int logRate;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "ring",
            order = HelpSections.WATCH + 2,
            description =
                    "Read packets through a ring, or through libpcap (pcap), which is slower. It takes over where the kernel gives no ring (default: ${DEFAULT-VALUE}).")
    private Engine engine;

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            defaultValue = Defaults.BUFFER,
            order = HelpSections.WATCH + 3,
            description =
                    "Let packets wait in SIZE of kernel memory, 1M to 1G; 32M hold 200,000 SYNs (default: ${DEFAULT-VALUE}).")
    private Converters.Bytes buffer;

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            order = HelpSections.WATCH + 1,
            description = "Watch only packets that also match this expression; see pcap-filter(7).")
    private @Nullable String filter;

    @Option(
            names = {"-v", "--verbose"},
            fallbackValue = "true",
            order = HelpSections.OUTPUT + 4,
            description = "Write more diagnostics to standard error.")
    private boolean verbose;

    /**
     * Creates the command.
     *
     * @param termination the end of the process, for which this command cleans up
     * @param version the version of this program
     */
    public RunCommand(Termination termination, String version) {
        this.termination = termination;
        this.version = version;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (verbose) {
            System.setProperty("org.slf4j.simpleLogger.log.io.tcptracker", "debug");
        }
        List<ScanPolicy> scanPolicies = scanOptions.policies();
        BanPolicy banPolicy = banOptions.policy();
        if (logRate < 0) {
            throw new ParameterException(spec.commandLine(), "Wrong --log-rate: it is 0 or more, not " + logRate);
        }
        String watched = device != null ? device : defaultDevice();
        if (buffer.count() < 1 << 20 || buffer.count() > 1 << 30) {
            throw new ParameterException(spec.commandLine(), "Wrong --buffer: it is 1M to 1G");
        }
        LiveAllowList allowList = new LiveAllowList(
                Path.of("/"), System.getenv(), allowed, Optional.ofNullable(allowFile), System::nanoTime);
        Agent agent = new Agent(
                new Agent.Watched(
                        watched,
                        () -> LiveCapture.open(watched, Optional.ofNullable(filter), engine, (int) buffer.count())),
                scanPolicies,
                new Blocking(
                        banPolicy,
                        dryRun
                                ? Optional.empty()
                                : Optional.of(new Blocking.Enforcement(
                                        firewallOptions.variant(), firewallOptions.protection(), onExit))),
                allowList,
                new Agent.Reporting(
                        out -> new EventLog(out, logFormat, Terminal.takesColour(), quiet, logRate), listen, version));
        agent.run(termination);
        return ExitCode.DONE;
    }

    private String defaultDevice() {
        return Routes.read(Path.of("/"))
                .defaultDevice()
                .orElseThrow(
                        () -> new ParameterException(
                                spec.commandLine(),
                                "There is no default route, and so no default device: name one with -d; 'tcptracker devices' lists them"));
    }
}
