package io.tcptracker.cli.replay;

import io.tcptracker.cli.review.ClassifiedPair;
import io.tcptracker.cli.review.FlaggedPairs;
import io.tcptracker.core.DetectorSet;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** An analysis of which pairs each of several rules flags, and which of these are likely false positives. Not threadsafe. */
final class RuleComparison implements ReplayAnalysis {
    private final List<ScanPolicy> policies;
    private final int current;
    private final DetectorSet detectors;
    private final FlaggedPairs pairs;
    private final PacketSource.Sink both;
    private long attempts;

    /**
     * Makes a comparison of rules.
     *
     * @param current how many of the rules, the first ones, are the current rules; the others are tried
     */
    RuleComparison(List<ScanPolicy> policies, int current) {
        this.policies = policies;
        this.current = current;
        pairs = new FlaggedPairs(policies);
        detectors = new DetectorSet(policies);
        both = pairs.beside(detectors.sink((scan, rule) -> {
            if (!scan.ongoing()) {
                pairs.flag(rule, scan);
            }
        }));
    }

    @Override
    public void accept(Segment segment) {
        attempts += segment.isAttempt() ? 1 : 0;
        both.accept(segment);
    }

    @Override
    public void idle(long until) {
        both.idle(until);
    }

    @Override
    public ReplayAnalysis.Report report(String file, Statistics statistics, Optional<String> problem) {
        long answers = detectors.statistics().answers();
        List<ClassifiedPair> all = pairs.classify(answers > 0);
        List<ComparisonReport.Tally> tallies = IntStream.range(0, policies.size())
                .mapToObj(rule -> ComparisonReport.Tally.of(
                        policies.get(rule).toString(), rule < current, rule, all, pairs.more(rule)))
                .toList();
        List<ClassifiedPair> disputed = all.stream()
                .filter(each -> each.flagged().isDisputed(policies.size()))
                .toList();
        return new ComparisonReport(
                new ReplayReport(file, statistics, attempts, answers, List.of(), problem), tallies, disputed);
    }
}
