package io.tcptracker.cli.replay;

import io.tcptracker.cli.console.Table;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The report on what a source did in a capture. Immutable.
 *
 * @param attemptsAtOthers attempts that belong to no timeline, as there was no room for another
 * @param others about how many destinations those attempts have
 */
record ExplanationReport(
        ReplayReport file,
        Prefix source,
        long attempts,
        List<PairTimeline> timelines,
        List<Scan> sweeps,
        long attemptsAtOthers,
        long others,
        VerdictExplanation explanation)
        implements ReplayAnalysis.Report {
    /** A line of a timeline: a {@link ProbedPort} or a verdict. */
    private record Line(Instant time, Object what) {}

    @Override
    public boolean showsOneDirection() {
        return file.showsOneDirection();
    }

    private static List<Line> lines(PairTimeline timeline) {
        return Stream.concat(
                        timeline.ports().stream().map(each -> new Line(VerdictExplanation.instant(each.time()), each)),
                        timeline.verdicts().stream()
                                .map(each -> new Line(each.scan().detectedAt(), each)))
                .sorted(Comparator.comparing(Line::time))
                .toList();
    }

    @Override
    public void print(PrintWriter out) {
        out.print(file.heading());
        if (attempts == 0) {
            out.println(", none by " + source);
        } else {
            long destinations = timelines.stream()
                    .map(each -> each.pair().destination())
                    .distinct()
                    .count();
            String where = attemptsAtOthers > 0 ? "" : " at " + ScanFormat.count(destinations, "destination");
            out.println("; " + ScanFormat.count(attempts, "attempt") + " by " + source + where);
        }
        for (PairTimeline each : timelines) {
            out.println();
            print(each, out);
        }
        if (attemptsAtOthers > 0) {
            out.println();
            out.println("... and " + ScanFormat.count(attemptsAtOthers, "more attempt") + ", at about "
                    + ScanFormat.count(others, "destination"));
        }
        if (!sweeps.isEmpty()) {
            out.println();
        }
        for (Scan each : sweeps) {
            out.println(each.detectedAt() + " a sweep: " + each.source() + " tried port "
                    + each.ports().get(0) + " of " + each.hosts() + " hosts, all unanswered");
        }
        ReplayReport.printUndecodable(out, file.statistics());
    }

    private void print(PairTimeline timeline, PrintWriter out) {
        out.println(timeline.pair() + ", first at " + VerdictExplanation.instant(timeline.first()));
        boolean several = !timeline.pair().isOneAddress();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("AFTER", "PORT", "HOW", "ANSWER", several ? "FROM" : ""));
        for (Line line : lines(timeline)) {
            long millis = line.time().toEpochMilli()
                    - VerdictExplanation.instant(timeline.first()).toEpochMilli();
            String after = String.format(Locale.ROOT, "%.3f s", millis / 1e3);
            if (line.what() instanceof ProbedPort tried) {
                String tries = tried.tries() == 1 ? "" : String.format(Locale.ROOT, ", %,d tries", tried.tries());
                rows.add(List.of(
                        after,
                        String.valueOf(tried.port()),
                        ScanFormat.name(tried.shownKind()) + tries,
                        explanation.answer(tried),
                        several ? tried.source().toString() : ""));
            } else if (line.what() instanceof PairTimeline.Verdict verdict) {
                rows.add(List.of(after, "", "SCAN", description(verdict), ""));
            }
        }
        if (rows.size() > 1) {
            out.print(Table.of(rows, Set.of(0, 1)).indent(2));
        }
        if (timeline.leftOut() > 0) {
            out.println("  ... and " + ScanFormat.count(timeline.leftOut(), "more attempt"));
        }
        explanation.of(timeline).forEach(each -> out.println("  " + each.why()));
    }

    private String description(PairTimeline.Verdict verdict) {
        Scan scan = verdict.scan();
        String rule = explanation.policies().size() == 1 ? "" : " by " + rule(verdict);
        return scan.rule() == Rule.DISTRIBUTED
                ? "of this destination by about " + scan.addresses() + " addresses"
                : "of ports " + ScanFormat.list(scan.ports()).replace(",", ", ") + rule;
    }

    private String rule(PairTimeline.Verdict verdict) {
        return explanation.policies().get(verdict.rule()).toString();
    }

    @Override
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> object = file.json();
        object.remove("scans");
        object.put("source", source);
        object.put("attempts", attempts);
        object.put("destinations", timelines.stream().map(this::json).toList());
        object.put("attemptsAtOthers", attemptsAtOthers);
        object.put("otherDestinations", others);
        object.put("sweeps", sweeps.stream().map(ScanFormat::of).toList());
        return object;
    }

    private Map<String, @Nullable Object> json(PairTimeline timeline) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("source", timeline.pair().source());
        object.put("destination", timeline.pair().destination());
        object.put("first", VerdictExplanation.instant(timeline.first()));
        object.put("attempts", timeline.attempts());
        List<Object> events = new ArrayList<>();
        lines(timeline).forEach(line -> events.add(json(line)));
        object.put("events", events);
        object.put("attemptsLeftOut", timeline.leftOut());
        object.put(
                "verdicts",
                explanation.of(timeline).stream().map(ExplanationReport::json).toList());
        return object;
    }

    private Map<String, @Nullable Object> json(Line line) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("time", line.time());
        if (line.what() instanceof ProbedPort tried) {
            object.put("event", "attempt");
            object.put("source", tried.source());
            object.put("port", tried.port());
            object.put("kind", ScanFormat.name(tried.shownKind()));
            object.put("tries", tried.tries());
            object.put("answer", explanation.state(tried));
            object.put("seconds", tried.state() == PortState.PENDING ? null : tried.answerTook() / 1e9);
        } else if (line.what() instanceof PairTimeline.Verdict verdict) {
            object.put("event", "scan");
            object.put("by", rule(verdict));
            object.putAll(ScanFormat.of(verdict.scan()));
        }
        return object;
    }

    private static Map<String, Object> json(VerdictExplanation.Reason reason) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rule", reason.policy().toString());
        object.put("scan", reason.scan());
        object.put("why", reason.why());
        return object;
    }
}
