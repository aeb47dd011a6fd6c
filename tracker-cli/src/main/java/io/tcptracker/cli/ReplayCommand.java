package io.tcptracker.cli;

import io.tcptracker.capture.CaptureFile;
import io.tcptracker.core.PacketSource;
import io.tcptracker.core.PacketSource.CaptureException;
import io.tcptracker.core.PacketSource.Statistics;
import io.tcptracker.core.Scan;
import io.tcptracker.core.ScanDetector;
import io.tcptracker.core.ScanPolicy;
import io.tcptracker.core.Segment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
            "  ssh host tcpdump -U -w - tcp | tcptracker replay -"
        })
final class ReplayCommand implements Callable<Integer> {
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

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Capture files; - is standard input.")
    private List<Path> files;

    @Override
    public Integer call() {
        List<ScanPolicy> policies = scanOptions.policies();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        // Who reads the JSON by a program wants no more than errors on the terminal.
        boolean progress = Terminal.showsErrors() && (!json || Terminal.showsOutput());
        int code = ExitCode.DONE;
        for (Path file : files) {
            ReplayReport report = replay(file, policies, progress ? Optional.of(err) : Optional.empty());
            out.print(json ? Json.of(report.json()) + "\n" : report.text());
            out.flush();
            if (report.showsOneDirection() && policies.stream().anyMatch(each -> each.unanswered() > 0)) {
                err.println("tcptracker: " + Terminal.printable(file.toString())
                        + ": shows one direction only, no answers: no port of it counts as silent");
            }
            if (report.problem().isPresent()) {
                err.println("tcptracker: " + Terminal.printable(report.problem().get()));
                code = ExitCode.BAD_INPUT;
            }
        }
        return code;
    }

    private static ReplayReport replay(Path file, List<ScanPolicy> policies, Optional<PrintWriter> terminal) {
        String name = file.toString();
        Findings findings = new Findings(policies);
        try (CaptureFile source =
                name.equals(STANDARD_INPUT) ? CaptureFile.ofStandardInput() : CaptureFile.open(file)) {
            Optional<String> problem = Optional.empty();
            try (Progress shown = Progress.of(name, source, terminal)) {
                shown.start();
                source.run(findings);
            } catch (IOException e) {
                problem = Optional.of(problem(name, e));
            }
            return new ReplayReport(
                    name, source.statistics(), findings.attempts, findings.answers(), findings.scans, problem);
        } catch (IOException e) {
            Statistics nothing = new Statistics(0, 0, 0, Map.of());
            return new ReplayReport(name, nothing, 0, 0, List.of(), Optional.of(problem(name, e)));
        }
    }

    private static String problem(String file, IOException e) {
        if (e instanceof CaptureException) {
            return String.valueOf(e.getMessage());
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return file + ": " + (reason == null ? e : reason);
    }

    private static final class Findings implements PacketSource.Sink {
        private final List<ScanDetector> detectors;
        private final List<PacketSource.Sink> sinks;
        private final List<Scan> scans = new ArrayList<>();
        private long attempts;

        Findings(List<ScanPolicy> policies) {
            detectors = policies.stream().map(ScanDetector::new).toList();
            sinks = detectors.stream().map(each -> each.sink(this::found)).toList();
        }

        private void found(Scan scan) {
            if (!scan.ongoing()) {
                scans.add(scan);
            }
        }

        long answers() {
            return detectors.get(0).statistics().answers();
        }

        @Override
        public void accept(Segment segment) {
            if (segment.isAttempt()) {
                attempts++;
            }
            for (PacketSource.Sink each : sinks) {
                each.accept(segment);
            }
        }

        @Override
        public void idle(long until) {
            for (PacketSource.Sink each : sinks) {
                each.idle(until);
            }
        }
    }
}
