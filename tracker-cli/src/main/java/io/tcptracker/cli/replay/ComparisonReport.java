package io.tcptracker.cli.replay;

import io.tcptracker.cli.console.Table;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.review.ClassificationFormat;
import io.tcptracker.cli.review.FlaggedPair.Nature;
import io.tcptracker.cli.review.FlaggedPairs.Standing;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whom each of several rules accuses in a capture.
 *
 * @param disputed those that not all of the rules accuse
 */
record ComparisonReport(ReplayReport file, List<Tally> tallies, List<Standing> disputed)
        implements ReplayAnalysis.Report {
    /**
     * How many pairs a rule accuses.
     *
     * @param more verdicts on pairs for which there was no room
     */
    record Tally(String rule, boolean inForce, Map<Nature, Long> byNature, long more) {
        static Tally of(String name, boolean inForce, int rule, List<Standing> all, long more) {
            Map<Nature, Long> byNature = all.stream()
                    .filter(each -> each.accused().by(rule))
                    .collect(Collectors.groupingBy(Standing::nature, Collectors.counting()));
            return new Tally(name, inForce, byNature, more);
        }

        long pairs() {
            return byNature.values().stream().mapToLong(Long::longValue).sum();
        }

        long of(Nature nature) {
            return byNature.getOrDefault(nature, 0L);
        }
    }

    @Override
    public boolean showsOneDirection() {
        return file.showsOneDirection();
    }

    @Override
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> object = file.json();
        object.remove("scans");
        object.put("rules", tallies.stream().map(ComparisonReport::json).toList());
        object.put("differing", disputed.stream().map(this::json).toList());
        return object;
    }

    private static Map<String, Object> json(Tally tally) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rule", tally.rule());
        object.put("inForce", tally.inForce());
        object.put("pairs", tally.pairs());
        object.put("ordinary", tally.of(Nature.ORDINARY));
        object.put("scans", tally.of(Nature.SCAN));
        object.put("undecided", tally.of(Nature.UNDECIDED));
        object.put("more", tally.more());
        return object;
    }

    private Map<String, @Nullable Object> json(Standing each) {
        Map<String, @Nullable Object> object = ClassificationFormat.of(each);
        object.put(
                "accusedBy", by(each).mapToObj(rule -> tallies.get(rule).rule()).toList());
        return object;
    }

    private IntStream by(Standing each) {
        return IntStream.range(0, tallies.size()).filter(each.accused()::by);
    }

    @Override
    public void print(PrintWriter out) {
        out.println(file.heading());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "RULE", "PAIRS", "ORDINARY", "SCANS", "UNDECIDED", ""));
        for (Tally tally : tallies) {
            rows.add(List.of(
                    String.valueOf(rows.size()),
                    tally.rule() + (tally.inForce() ? " (in force)" : ""),
                    number(tally.pairs()),
                    number(tally.of(Nature.ORDINARY)),
                    number(tally.of(Nature.SCAN)),
                    number(tally.of(Nature.UNDECIDED)),
                    tally.more() == 0 ? "" : "and " + number(tally.more()) + " verdicts on more pairs"));
        }
        out.print(Table.of(rows, Set.of(2, 3, 4, 5)).indent(2));
        out.println();
        if (disputed.isEmpty()) {
            out.println("  The rules accuse the same pairs.");
        } else {
            out.println("  The rules differ on " + ScanFormat.count(disputed.size(), "pair") + ":");
            printDisputed(out);
        }
        ReplayReport.printUndecodable(out, file.statistics());
    }

    private void printDisputed(PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SOURCE", "DESTINATION", "ANSWERED", "REFUSED", "SILENT", "BY THE ANSWERS", "ACCUSED BY"));
        for (Standing each : disputed) {
            boolean counted = each.pair().isSimple();
            rows.add(List.of(
                    each.pair().sourceText(),
                    each.pair().destinationText(),
                    counted ? number(each.count().answered()) : "-",
                    counted ? number(each.count().refused()) : "-",
                    counted ? number(each.count().silent()) : "-",
                    ClassificationFormat.nature(each),
                    by(each).mapToObj(rule -> String.valueOf(rule + 1)).collect(Collectors.joining(", "))));
        }
        out.print(Table.of(rows, Set.of(2, 3, 4)).indent(2));
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
