package io.tcptracker.cli.replay;

import io.tcptracker.cli.console.Terminal;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.scan.Scan;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The report on the scans in one capture. Immutable.
 *
 * @param file the name given on the command line; "-" is standard input
 * @param answers how many answers to attempts there were; without any, one direction was captured
 * @param problem why the file could not be read to its end, if so
 */
record ReplayReport(
        String file, Statistics statistics, long attempts, long answers, List<Scan> scans, Optional<String> problem)
        implements ReplayAnalysis.Report {
    @Override
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("file", file);
        object.put("packets", statistics.received());
        object.put("newConnections", attempts);
        object.put("answers", answers);
        object.put("undecodable", statistics.undecodableTotal());
        object.put("truncated", problem.isPresent());
        object.put("scans", scans.stream().map(ScanFormat::of).toList());
        problem.ifPresent(what -> object.put("error", what));
        return object;
    }

    @Override
    public boolean showsOneDirection() {
        return attempts > 0 && answers == 0;
    }

    /** Prints a line for the file and a line for each scan. */
    @Override
    public void print(PrintWriter out) {
        out.println(heading() + ", " + ScanFormat.count(scans.size(), "scan"));
        for (Scan scan : scans) {
            out.printf(
                    Locale.ROOT,
                    "  %s, detected at %s: ports %s%s%n",
                    ScanFormat.who(scan),
                    scan.detectedAt(),
                    ScanFormat.list(scan.ports()).replace(",", ", "),
                    ScanFormat.evidence(scan));
        }
        printUndecodable(out, statistics);
    }

    /** Returns the file's name and how much is in it. */
    String heading() {
        return String.format(
                Locale.ROOT,
                "%s: %,d packets, %,d new connections",
                Terminal.printable(file),
                statistics.received(),
                attempts);
    }

    /** Prints a line for packets that could not be decoded, if there are any. */
    static void printUndecodable(PrintWriter out, Statistics statistics) {
        if (statistics.undecodableTotal() > 0) {
            out.println("  could not be decoded: "
                    + statistics.undecodable().entrySet().stream()
                            .filter(reason -> reason.getValue() > 0)
                            .sorted(Map.Entry.comparingByKey())
                            .map(reason -> String.format(Locale.ROOT, "%,d (%s)", reason.getValue(), reason.getKey()))
                            .collect(Collectors.joining(", ")));
        }
    }
}
