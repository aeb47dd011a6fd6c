package io.tcptracker.cli.replay;

import io.tcptracker.cli.console.Table;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.review.Classification;
import io.tcptracker.cli.review.ClassifiedPair;
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
 * The report on which pairs in a capture each of several rules flags. Immutable.
 *
 * @param disputed the pairs that some of the rules flag and some don't
 */
record ComparisonReport(ReplayReport file, List<Tally> tallies, List<ClassifiedPair> disputed)
        implements ReplayAnalysis.Report {
    /**
     * The number of pairs that a rule flags, by class. Immutable.
     *
     * @param current whether the rule is one of the current ones, not a tried one
     * @param more verdicts on pairs for which there was no room
     */
    record Tally(String rule, boolean current, Map<Classification, Long> byClass, long more) {
        static Tally of(String name, boolean current, int rule, List<ClassifiedPair> all, long more) {
            Map<Classification, Long> byClass = all.stream()
                    .filter(each -> each.flagged().isFlaggedBy(rule))
                    .collect(Collectors.groupingBy(ClassifiedPair::classification, Collectors.counting()));
            return new Tally(name, current, byClass, more);
        }

        long pairs() {
            return byClass.values().stream().mapToLong(Long::longValue).sum();
        }

        long of(Classification wanted) {
            return byClass.getOrDefault(wanted, 0L);
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
        object.put("inForce", tally.current());
        object.put("pairs", tally.pairs());
        object.put("ordinary", tally.of(Classification.ORDINARY));
        object.put("scans", tally.of(Classification.SCAN));
        object.put("undecided", tally.of(Classification.UNDECIDED));
        object.put("more", tally.more());
        return object;
    }

    private Map<String, @Nullable Object> json(ClassifiedPair each) {
        Map<String, @Nullable Object> object = each.json();
        object.put(
                "accusedBy",
                flaggedBy(each).mapToObj(rule -> tallies.get(rule).rule()).toList());
        return object;
    }

    private IntStream flaggedBy(ClassifiedPair each) {
        return IntStream.range(0, tallies.size()).filter(each.flagged()::isFlaggedBy);
    }

    @Override
    public void print(PrintWriter out) {
        out.println(file.heading());
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "RULE", "PAIRS", "ORDINARY", "SCANS", "UNDECIDED", ""));
        for (Tally tally : tallies) {
            rows.add(List.of(
                    String.valueOf(rows.size()),
                    tally.rule() + (tally.current() ? " (current)" : ""),
                    number(tally.pairs()),
                    number(tally.of(Classification.ORDINARY)),
                    number(tally.of(Classification.SCAN)),
                    number(tally.of(Classification.UNDECIDED)),
                    tally.more() == 0 ? "" : "and " + ScanFormat.count(tally.more(), "verdict") + " on further pairs"));
        }
        out.print(Table.of(rows, Set.of(2, 3, 4, 5)).indent(2));
        out.println();
        if (disputed.isEmpty()) {
            out.println("  All rules flag the same pairs.");
        } else {
            out.println("  The rules differ on " + ScanFormat.count(disputed.size(), "pair") + ":");
            printDisputed(out);
        }
        ReplayReport.printUndecodable(out, file.statistics());
    }

    private void printDisputed(PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("SOURCE", "DESTINATION", "ANSWERED", "REFUSED", "SILENT", "CLASS", "FLAGGED BY"));
        for (ClassifiedPair each : disputed) {
            boolean counted = each.pair().isSimple();
            rows.add(List.of(
                    each.pair().sourceText(),
                    each.pair().destinationText(),
                    counted ? number(each.ports().answered()) : "-",
                    counted ? number(each.ports().refused()) : "-",
                    counted ? number(each.ports().silent()) : "-",
                    each.className(),
                    flaggedBy(each).mapToObj(rule -> String.valueOf(rule + 1)).collect(Collectors.joining(", "))));
        }
        out.print(Table.of(rows, Set.of(2, 3, 4)).indent(2));
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
