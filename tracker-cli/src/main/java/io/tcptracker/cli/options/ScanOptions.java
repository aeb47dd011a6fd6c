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

/** The options that say what a scan is. */
public final class ScanOptions {
    private static final long HEAP_FOR_THE_REST = 32L << 20;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--ports",
            paramLabel = "N",
            defaultValue = "3",
            description = "More than N distinct ports of a destination are a scan (default: ${DEFAULT-VALUE}).")
    private int ports;

    @Option(
            names = "--window",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "Within how long they are tried (default: ${DEFAULT-VALUE}).")
    private Duration window;

    @Option(
            names = "--unanswered",
            paramLabel = "M",
            defaultValue = "0",
            description =
                    "A scan takes M ports that are refused or silent as well. 2 spares ordinary clients, whose ports"
                            + " answer, and finds FIN, NULL, Xmas, ACK and fragmented probes too; 0 counts each SYN, whatever is"
                            + " answered (default: ${DEFAULT-VALUE}).")
    private int unanswered;

    @Option(
            names = "--answer-timeout",
            paramLabel = "DURATION",
            defaultValue = "1s",
            description = "After how long without an answer a port is silent (default: ${DEFAULT-VALUE}).")
    private Duration answerTimeout;

    @Option(
            names = "--ipv6-prefix",
            paramLabel = "LENGTH",
            defaultValue = "64",
            description = "Take the addresses of an IPv6 prefix of this length for one source, and block them together"
                    + " (default: ${DEFAULT-VALUE}).")
    private int ipv6Prefix;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description =
                    "Look for this too; may be given several times. slow:20/1h is a source that tries 20 ports of a"
                            + " destination in an hour; sweep:20/60s one that tries a port of 20 hosts that don't answer;"
                            + " distributed:50/60s a destination of which many sources try 50 ports that don't answer. These"
                            + " report; slow and sweep block with ,block at the end. vertical:3/60s stands for --ports 3"
                            + " --window 60s. vertical and slow take ,unanswered=2 in place of --unanswered.")
    private List<Converters.RuleText> rules = List.of();

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "48M",
            description =
                    "How much to remember who tried which port, shared by the rules. The default outlasts a flood of 100,000 forged"
                            + " sources a second for 12 s between a scanner's first two ports; more grows in proportion (default:"
                            + " ${DEFAULT-VALUE}).")
    private Converters.Bytes memory;

    /** The rules, that by the number of ports first unless the user names others of its kind. */
    public List<ScanPolicy> policies() {
        return policies(List.of());
    }

    /** The rules, and after them those that are to be tried. */
    public List<ScanPolicy> policies(List<Converters.RuleText> tried) {
        // bin/tcptracker sees to it, unless somebody sets another heap.
        long heap = memory.count() + HEAP_FOR_THE_REST;
        if (heap > Runtime.getRuntime().maxMemory()) {
            throw wrong("--memory", "it takes a larger heap; set JAVA_OPTS=-Xmx" + ((heap + heap / 16) >> 20) + "m");
        }
        List<Converters.RuleText> all = new ArrayList<>(rules);
        if (rules.stream().noneMatch(each -> each.rule() == Rule.VERTICAL)) {
            all.add(0, new Converters.RuleText(Rule.VERTICAL, ports, window, null, true));
        }
        all.addAll(tried);
        return all.stream()
                .map(each -> policy(each, memory.count() / all.size()))
                .toList();
    }

    private ScanPolicy policy(Converters.RuleText text, long bytes) {
        if (text.rule() != Rule.VERTICAL && text.count() < 2) {
            throw wrong("rule", "its number is 2 to 1000, not " + text.count());
        }
        // That by the number of ports takes more than the number, the others the number.
        boolean more = text.rule() == Rule.VERTICAL;
        boolean silent = text.rule() == Rule.SWEEP || text.rule() == Rule.DISTRIBUTED;
        if (silent && text.unanswered() != null) {
            throw wrong("rule", "sweep and distributed count what is unanswered anyway");
        }
        Integer needed = text.unanswered();
        try {
            return new ScanPolicy(
                            text.rule(),
                            more ? text.count() : text.count() - 1,
                            text.window(),
                            silent ? text.count() : needed != null ? needed : unanswered,
                            answerTimeout,
                            ipv6Prefix,
                            more || text.block(),
                            2)
                    .withMemory(bytes);
        } catch (IllegalArgumentException e) {
            throw wrong(
                    "--ports, --window, --unanswered, --answer-timeout, --ipv6-prefix, --rule or --memory",
                    String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String option, String why) {
        return new ParameterException(command.commandLine(), "Wrong " + option + ": " + why);
    }
}
