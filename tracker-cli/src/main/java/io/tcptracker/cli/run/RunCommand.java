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
import io.tcptracker.cli.options.ScanOptions;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
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

@Command(
        name = "run",
        description = {
            "Log and count the new connections on a device, and block port scanners until stopped.",
            "Events go to standard output, what else there is to say to standard error.",
            "Needs root, or the capabilities CAP_NET_RAW and CAP_NET_ADMIN."
        },
        footer = {
            "  tcptracker run -d eth0 --allow 10.0.0.0/8 --ban 1h",
            "  tcptracker run -d any --dry-run --quiet --log-format json",
            "  tcptracker run --allow-file /etc/tcptracker/allow",
            "  TCPTRACKER_DEVICE=eth0 TCPTRACKER_BAN=1h tcptracker run",
            "",
            "Each option can be set by an environment variable too: --log-format by TCPTRACKER_LOG_FORMAT, and so on.",
            "Durations are a number and ms, s, m, h or d, like 90s or 10m; prefixes are like",
            "10.0.0.0/8 or 2001:db8::/32."
        })
public final class RunCommand implements Callable<Integer> {
    private final Termination termination;
    private final String version;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-d", "--device"},
            paramLabel = "DEVICE",
            description = "The device to watch, or 'any' for all (default: that of the default route).")
    private @Nullable String device;

    @Mixin
    private ScanOptions scanOptions;

    @Mixin
    private BanOptions banOptions;

    @Option(
            names = "--firewall",
            paramLabel = "VARIANT",
            defaultValue = "auto",
            description = "How sources are blocked: ipset, with kernel sets that iptables matches; iptables, with plain"
                    + " rules, 2,000 at the most; nft, with a table of nftables; auto takes the first that works"
                    + " (default: ${DEFAULT-VALUE}).")
    private Variant variant;

    @Option(
            names = "--protect",
            paramLabel = "WHAT",
            defaultValue = "host",
            description = "Keep blocked sources from this host, or from all that it forwards traffic to as well:"
                    + " containers, other hosts (default: ${DEFAULT-VALUE}).")
    private Protection protection;

    @Option(
            names = "--on-exit",
            paramLabel = "WHAT",
            defaultValue = "flush",
            description =
                    "When stopped, lift all bans (flush), or keep them until they end or the tracker takes them over"
                            + " again (default: ${DEFAULT-VALUE}).")
    private Blocking.OnExit onExit;

    @Option(
            names = "--allow",
            paramLabel = "PREFIX",
            split = ",",
            description =
                    "Never block these addresses. May be given several times. The host's own addresses, its"
                            + " gateways, its resolvers, and who is connected to its SSH server at the start are never blocked.")
    private List<Prefix> allowed = List.of();

    @Option(
            names = "--allow-file",
            paramLabel = "FILE",
            description = "Never block the prefixes in this file either: one a line, comments after a #. Changes count"
                    + " within seconds; a wrong one is told, and what the file said before it stays.")
    private @Nullable Path allowFile;

    // A flag flips its default. The fallback makes it true even where the environment has set it already.

    @Option(
            names = "--dry-run",
            fallbackValue = "true",
            description =
                    "Say who would be blocked, and don't touch the firewall. Stopped, it sums up who of them is ordinary by"
                            + " what was answered.")
    private boolean dryRun;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            defaultValue = "127.0.0.1:8081",
            description = "Where to serve /metrics and /health (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress listen;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "How events are written: text, or json for one object a line (default: ${DEFAULT-VALUE}).")
    private LogFormat logFormat;

    @Option(
            names = "--quiet",
            fallbackValue = "true",
            description = "Write no line for each connection, only for scans and bans.")
    private boolean quiet;

    @Option(
            names = "--log-rate",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Write a line each for N connections a second and sum up the others; scans and bans always have"
                            + " a line (default: ${DEFAULT-VALUE}).")
    private int logRate;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "ring",
            description = "How packets come from the kernel: ring, or pcap for libpcap, which is slower and takes over"
                    + " where there can be no ring (default: ${DEFAULT-VALUE}).")
    private Engine engine;

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            defaultValue = "32M",
            description = "How much memory packets may wait in, in the kernel; 32M hold 200,000 SYNs (default:"
                    + " ${DEFAULT-VALUE}).")
    private Converters.Bytes buffer;

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            description = "Watch only what also matches this expression, see pcap-filter(7).")
    private @Nullable String filter;

    @Option(
            names = {"-v", "--verbose"},
            fallbackValue = "true",
            description = "Say more on standard error.")
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
                        dryRun ? Optional.empty() : Optional.of(new Blocking.Enforcement(variant, protection, onExit))),
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
                                "There is no default route to tell the device: name one with -d, 'tcptracker devices' lists them"));
    }
}
