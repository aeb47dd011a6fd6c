package io.tcptracker.cli;

import io.tcptracker.capture.CaptureFile;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
            "Reads pcap and pcapng, packed with gzip or not. Needs no privilege."
        },
        footer = {"  tcptracker replay attack.pcap", "  tcptracker replay --json *.pcap.gz | jq .scans"})
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ScanOptions scanOptions;

    @Option(
            names = "--json",
            fallbackValue = "true",
            description = "Print one JSON object for each file, each on one line.")
    private boolean json;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Capture files.")
    private List<Path> files;

    @Override
    public Integer call() {
        ScanPolicy policy = scanOptions.policy();
        PrintWriter out = spec.commandLine().getOut();
        int code = ExitCode.DONE;
        for (Path file : files) {
            Report report = replay(file, policy);
            out.print(json ? Json.of(report.json()) + "\n" : report.text());
            out.flush();
            if (report.problem().isPresent()) {
                spec.commandLine()
                        .getErr()
                        .println("tcptracker: "
                                + Terminal.printable(report.problem().get()));
                code = ExitCode.BAD_INPUT;
            }
        }
        return code;
    }

    private static Report replay(Path file, ScanPolicy policy) {
        Findings findings = new Findings(policy);
        try (CaptureFile source = CaptureFile.open(file)) {
            Optional<String> problem = Optional.empty();
            try {
                source.run(findings);
            } catch (IOException e) {
                problem = Optional.of(problem(file, e));
            }
            return new Report(file, source.statistics(), findings.attempts, findings.scans, problem);
        } catch (IOException e) {
            Statistics nothing = new Statistics(0, 0, 0, Map.of());
            return new Report(file, nothing, 0, List.of(), Optional.of(problem(file, e)));
        }
    }

    private static String problem(Path file, IOException e) {
        if (e instanceof CaptureException) {
            return String.valueOf(e.getMessage());
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return file + ": " + (reason == null ? e : reason);
    }

    private static final class Findings implements Consumer<Segment> {
        private final ScanDetector detector;
        private final List<Scan> scans = new ArrayList<>();
        private long attempts;

        Findings(ScanPolicy policy) {
            detector = new ScanDetector(policy);
        }

        @Override
        public void accept(Segment segment) {
            if (segment.isAttempt()) {
                attempts++;
                detector.add(segment).filter(scan -> !scan.ongoing()).ifPresent(scans::add);
            }
        }
    }

    private record Report(Path file, Statistics statistics, long attempts, List<Scan> scans, Optional<String> problem) {
        Map<String, Object> json() {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("file", file);
            object.put("packets", statistics.received());
            object.put("newConnections", attempts);
            object.put("undecodable", statistics.undecodableTotal());
            object.put("truncated", problem.isPresent());
            object.put("scans", scans.stream().map(Report::json).toList());
            problem.ifPresent(what -> object.put("error", what));
            return object;
        }

        private static Map<String, Object> json(Scan scan) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("source", scan.source());
            object.put("destination", scan.destination());
            object.put("detectedAt", scan.detectedAt());
            object.put("ports", scan.ports());
            return object;
        }

        String text() {
            StringBuilder text = new StringBuilder();
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %,d packets, %,d new connections, %s%n",
                    Terminal.printable(file.toString()),
                    statistics.received(),
                    attempts,
                    scans.size() == 1 ? "1 scan" : scans.size() + " scans"));
            for (Scan scan : scans) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %s scanned %s, detected at %s: ports %s%n",
                        scan.source(),
                        scan.destination(),
                        scan.detectedAt(),
                        list(scan.ports())));
            }
            if (statistics.undecodableTotal() > 0) {
                text.append(String.format(Locale.ROOT, "  could not be decoded: %s%n", undecodable()));
            }
            return text.toString();
        }

        private String undecodable() {
            return statistics.undecodable().entrySet().stream()
                    .filter(reason -> reason.getValue() > 0)
                    .sorted(Map.Entry.comparingByKey())
                    .map(reason -> String.format(Locale.ROOT, "%,d (%s)", reason.getValue(), reason.getKey()))
                    .collect(Collectors.joining(", "));
        }

        private static String list(List<Integer> ports) {
            return ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
    }
}
