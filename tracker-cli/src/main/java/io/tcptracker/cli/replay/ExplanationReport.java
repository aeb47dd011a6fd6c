package io.tcptracker.cli.replay;

import io.tcptracker.cli.console.Table;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.review.PortAnswers;
import io.tcptracker.core.net.Prefix;
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
 * What a source did in a capture.
 *
 * @param attemptsAtOthers attempts that belong to no story, as there was no room for another
 * @param others how many destinations those have, about
 */
record ExplanationReport(
        ReplayReport file,
        Prefix source,
        long attempts,
        List<PairTimeline> stories,
        List<Scan> sweeps,
        long attemptsAtOthers,
        long others,
        VerdictExplanation reasons)
        implements ReplayAnalysis.Report {
    /** Something that happened, to be told in the order of time. */
    private record Line(Instant time, Object what) {}

    @Override
    public boolean showsOneDirection() {
        return file.showsOneDirection();
    }

    private static List<Line> lines(PairTimeline story) {
        return Stream.concat(
                        story.trials().stream().map(each -> new Line(VerdictExplanation.instant(each.time()), each)),
                        story.verdicts().stream()
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
            long destinations = stories.stream()
                    .map(each -> each.pair().destination())
                    .distinct()
                    .count();
            String where = attemptsAtOthers > 0 ? "" : " at " + ScanFormat.count(destinations, "destination");
            out.println("; " + ScanFormat.count(attempts, "attempt") + " by " + source + where);
        }
        for (PairTimeline each : stories) {
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
                    + each.ports().get(0) + " of " + each.hosts() + " hosts that didn't answer");
        }
        ReplayReport.printUndecodable(out, file.statistics());
    }

    private void print(PairTimeline story, PrintWriter out) {
        out.println(story.pair() + ", first at " + VerdictExplanation.instant(story.first()));
        boolean several = !story.pair().isOneAddress();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("AFTER", "PORT", "HOW", "ANSWER", several ? "FROM" : ""));
        for (Line line : lines(story)) {
            long millis = line.time().toEpochMilli()
                    - VerdictExplanation.instant(story.first()).toEpochMilli();
            String after = String.format(Locale.ROOT, "%.3f s", millis / 1e3);
            if (line.what() instanceof ProbedPort trial) {
                String tries = trial.tries() == 1 ? "" : String.format(Locale.ROOT, ", %,d tries", trial.tries());
                rows.add(List.of(
                        after,
                        String.valueOf(trial.port()),
                        ScanFormat.name(trial.kind()) + tries,
                        reasons.answer(trial),
                        several ? trial.by().toString() : ""));
            } else if (line.what() instanceof PairTimeline.Verdict verdict) {
                rows.add(List.of(after, "", "SCAN", told(verdict), ""));
            }
        }
        if (rows.size() > 1) {
            out.print(Table.of(rows, Set.of(0, 1)).indent(2));
        }
        if (story.leftOut() > 0) {
            out.println("  ... and " + ScanFormat.count(story.leftOut(), "more attempt"));
        }
        reasons.of(story).forEach(each -> out.println("  " + each.why()));
    }

    private String told(PairTimeline.Verdict verdict) {
        Scan scan = verdict.scan();
        String rule = reasons.policies().size() == 1 ? "" : " by " + rule(verdict);
        return scan.rule() == Rule.DISTRIBUTED
                ? "of this destination by about " + scan.addresses() + " addresses"
                : "of ports " + ScanFormat.list(scan.ports()).replace(",", ", ") + rule;
    }

    private String rule(PairTimeline.Verdict verdict) {
        return ScanFormat.rule(reasons.policies().get(verdict.rule()));
    }

    @Override
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> object = file.json();
        object.remove("scans");
        object.put("source", source);
        object.put("attempts", attempts);
        object.put("destinations", stories.stream().map(this::json).toList());
        object.put("attemptsAtOthers", attemptsAtOthers);
        object.put("otherDestinations", others);
        object.put("sweeps", sweeps.stream().map(ScanFormat::of).toList());
        return object;
    }

    private Map<String, @Nullable Object> json(PairTimeline story) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("source", story.pair().source());
        object.put("destination", story.pair().destination());
        object.put("first", VerdictExplanation.instant(story.first()));
        object.put("attempts", story.attempts());
        List<Object> events = new ArrayList<>();
        lines(story).forEach(line -> events.add(json(line)));
        object.put("events", events);
        object.put("attemptsLeftOut", story.leftOut());
        object.put(
                "verdicts",
                reasons.of(story).stream().map(ExplanationReport::json).toList());
        return object;
    }

    private Map<String, @Nullable Object> json(Line line) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("time", line.time());
        if (line.what() instanceof ProbedPort trial) {
            object.put("event", "attempt");
            object.put("source", trial.by());
            object.put("port", trial.port());
            object.put("kind", ScanFormat.name(trial.kind()));
            object.put("tries", trial.tries());
            object.put("answer", reasons.state(trial));
            object.put("seconds", trial.state() == PortAnswers.PENDING ? null : trial.answerTook() / 1e9);
        } else if (line.what() instanceof PairTimeline.Verdict verdict) {
            object.put("event", "scan");
            object.put("by", rule(verdict));
            object.putAll(ScanFormat.of(verdict.scan()));
        }
        return object;
    }

    private static Map<String, Object> json(VerdictExplanation.Reason reason) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rule", ScanFormat.rule(reason.policy()));
        object.put("scan", reason.scan());
        object.put("why", reason.why());
        return object;
    }
}
