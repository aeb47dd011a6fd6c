package io.tcptracker.cli.options;

import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for the rules of scans. */
public final class ScanOptions {
    private static final long HEAP_FOR_THE_REST = 32L << 20;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--ports",
            paramLabel = "N",
            defaultValue = "3",
            order = HelpSections.SCAN,
            description =
                    "Report a scan when a source tries more than N distinct ports of a destination (default: ${DEFAULT-VALUE}).")
    private int ports;

    @Option(
            names = "--window",
            paramLabel = "DURATION",
            defaultValue = "60s",
            order = HelpSections.SCAN + 1,
            description = "Count the ports that were tried within DURATION (default: ${DEFAULT-VALUE}).")
    private Duration window;

    @Option(
            names = "--unanswered",
            paramLabel = "M",
            defaultValue = "0",
            order = HelpSections.SCAN + 2,
            description =
                    "Report a scan only if M of its ports were closed or did not answer. 2 skips ordinary clients, whose ports answer, "
                            + "and also finds FIN, NULL, Xmas, ACK and fragmented probes. 0 counts each SYN, answered or not (default: ${DEFAULT-VALUE}).")
    private int unanswered;

    @Option(
            names = "--answer-timeout",
            paramLabel = "DURATION",
            defaultValue = "1s",
            order = HelpSections.SCAN + 3,
            description =
                    "Wait this long for an answer before a port counts as unanswered, and twice as long after an ordinary SYN (default: ${DEFAULT-VALUE}).")
    private Duration answerTimeout;

    @Option(
            names = "--ipv6-prefix",
            paramLabel = "LENGTH",
            defaultValue = "64",
            order = HelpSections.SCAN + 4,
            description =
                    "Treat the addresses of an IPv6 prefix of LENGTH bits as one source, and block them together (default: ${DEFAULT-VALUE}).")
    private int ipv6Prefix;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            order = HelpSections.SCAN + 5,
            description =
                    "Look for this too; may be given several times. slow:20/1h finds a source that tries 20 ports of a destination in an hour. "
                            + "sweep:20/60s finds a source that tries a port of 20 hosts that do not answer. distributed:50/60s finds a destination of which many sources try 50 ports that do not answer. "
                            + "These three only report; slow and sweep block with ,block at the end. vertical:3/60s replaces --ports 3 --window 60s. vertical and slow accept ,unanswered=2 in place of --unanswered.")
    private List<String> rules = List.of();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "48M",
            order = HelpSections.SCAN + 6,
            description =
                    "Remember the sources and the ports that they tried in SIZE of memory, which the rules share. "
                            + "The default outlasts a flood of 100,000 spoofed sources a second for 23 s between the first two ports of a scanner. More memory lasts longer in proportion (default: ${DEFAULT-VALUE}).")
    private Converters.Bytes memory;

    /** Returns the rules: the one of --ports first, unless the user gives another vertical rule. */
    public List<ScanPolicy> policies() {
        return policies(List.of());
    }

    /** Returns the rules, and after them those of --try. */
    public List<ScanPolicy> policies(List<String> tried) {
        // bin/tcptracker sets the heap, unless JAVA_OPTS sets another one.
        long heap = memory.count() + HEAP_FOR_THE_REST;
        if (heap > Runtime.getRuntime().maxMemory()) {
            throw wrong("--memory", "it takes a larger heap; set JAVA_OPTS=-Xmx" + ((heap + heap / 16) >> 20) + "m");
        }
        ScanPolicy base = base();
        List<ScanPolicy> all = new ArrayList<>();
        rules.forEach(each -> all.add(parse("--rule", each, base)));
        if (all.stream().noneMatch(each -> each.rule() == Rule.VERTICAL)) {
            all.add(0, base);
        }
        tried.forEach(each -> all.add(parse("--try", each, base)));
        try {
            return all.stream()
                    .map(each -> each.withMemory(memory.count() / all.size()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw wrong("--memory", String.valueOf(e.getMessage()));
        }
    }

    /** Returns the rule of --ports, which also says what the other rules don't. */
    private ScanPolicy base() {
        try {
            return new ScanPolicy(ports, window, ScanPolicy.DEFAULT.pairs())
                    .withUnanswered(unanswered, answerTimeout)
                    .withIpv6Prefix(ipv6Prefix);
        } catch (IllegalArgumentException e) {
            throw wrong(
                    "--ports, --window, --unanswered, --answer-timeout or --ipv6-prefix",
                    String.valueOf(e.getMessage()));
        }
    }

    private ScanPolicy parse(String option, String rule, ScanPolicy base) {
        try {
            return ScanPolicy.parse(rule, base);
        } catch (IllegalArgumentException e) {
            throw wrong(option, String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String option, String why) {
        return new ParameterException(command.commandLine(), "Wrong " + option + ": " + why);
    }
}
