package io.tcptracker.cli.replay;

import io.tcptracker.capture.CaptureFile;
import io.tcptracker.cli.console.Errors;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.console.Progress;
import io.tcptracker.cli.console.Terminal;
import io.tcptracker.cli.options.ScanOptions;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        description = {
            "Count the new connections and find the scans in capture files.",
            "Reads pcap and pcapng, packed with gzip or not, from files and pipes. Needs no privilege."
        },
        footer = {
            "  tcptracker replay attack.pcap",
            "  tcptracker replay --json *.pcap.gz | jq .scans",
            "  tcptracker replay --explain 192.0.2.66 attack.pcap",
            "  tcptracker replay --try vertical:3/60s,unanswered=2 monday.pcap",
            "  ssh host tcpdump -U -w - tcp | tcptracker replay -"
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ScanOptions scanOptions;

    @Option(
            names = "--json",
            fallbackValue = "true",
            description = "Print one JSON object for each file, each on one line.")
    private boolean json;

    @Option(
            names = "--explain",
            paramLabel = "SOURCE",
            description =
                    "Show step by step what this address or prefix tried, how the ports answered, and why it is a scan"
                            + " or not.")
    private @Nullable Prefix explain;

    @Option(
            names = "--try",
            paramLabel = "RULE",
            description = "Compare with this rule, written as for --rule: show which pairs it would flag, and which of"
                    + " these are likely false positives. May be given several times.")
    private List<String> tried = List.of();

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Capture files; - is standard input.")
    private List<Path> files;

    @Override
    public Integer call() {
        if (explain != null && !tried.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Wrong --explain: it can't be used together with --try");
        }
        List<ScanPolicy> policies = scanOptions.policies(tried);
        boolean usesEvidence = policies.stream().anyMatch(ScanPolicy::usesEvidence);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        // A user who sends the JSON to a program wants no more than errors on the terminal.
        boolean progress = Terminal.showsErrors() && (!json || Terminal.showsOutput());
        int code = ExitCode.DONE;
        for (Path file : files) {
            Replayed replayed = replay(file, analysis(policies), progress ? Optional.of(err) : Optional.empty());
            if (json) {
                out.println(Json.of(replayed.report().json()));
            } else if (replayed.opened()) {
                replayed.report().print(out);
            }
            out.flush();
            if (usesEvidence && replayed.report().showsOneDirection()) {
                err.println("tcptracker: " + Terminal.printable(file.toString())
                        + ": shows no answers, so one direction only: no port counts as silent");
            }
            if (replayed.problem().isPresent()) {
                IOException problem = replayed.problem().get();
                err.println("tcptracker: " + Terminal.printable(message(file.toString(), problem)));
                code = code != ExitCode.DONE
                        ? code
                        : problem instanceof CaptureException ? ExitCode.of(problem) : ExitCode.BAD_INPUT;
            }
        }
        return code;
    }

    private ReplayAnalysis analysis(List<ScanPolicy> policies) {
        if (explain != null) {
            return new SourceExplanation(policies, explain);
        }
        return tried.isEmpty()
                ? new ScanSearch(policies)
                : new RuleComparison(policies, policies.size() - tried.size());
    }

    private record Replayed(ReplayAnalysis.Report report, boolean opened, Optional<IOException> problem) {}

    private static Replayed replay(Path file, ReplayAnalysis analysis, Optional<PrintWriter> terminal) {
        String name = file.toString();
        Statistics statistics = new Statistics(0, 0, 0, Map.of());
        boolean opened = false;
        Optional<IOException> problem = Optional.empty();
        try (CaptureFile source =
                name.equals(STANDARD_INPUT) ? CaptureFile.ofStandardInput() : CaptureFile.open(file)) {
            opened = true;
            try (Progress shown = Progress.of(name, source, terminal)) {
                shown.start();
                source.run(analysis);
            } catch (IOException e) {
                problem = Optional.of(e);
            }
            statistics = source.statistics();
        } catch (IOException e) {
            problem = Optional.of(e);
        }
        return new Replayed(analysis.report(name, statistics, problem.map(e -> message(name, e))), opened, problem);
    }

    private static String message(String file, IOException e) {
        if (e instanceof CaptureException) {
            return Errors.message(e);
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return file + ": " + (reason == null ? e : reason);
    }
}
