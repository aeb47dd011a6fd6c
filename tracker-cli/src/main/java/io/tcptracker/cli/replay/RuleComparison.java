package io.tcptracker.cli.replay;

import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.review.FlaggedPairs;
import io.tcptracker.cli.review.FlaggedPairs.Standing;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whom each of several rules accuses in a capture, and who of them is ordinary by what was answered. Not threadsafe. */
final class RuleComparison implements ReplayAnalysis {
    private final List<ScanPolicy> policies;
    private final int inForce;
    private final Detectors detectors;
    private final FlaggedPairs accusations;
    private final PacketSource.Sink both;

    /** @param inForce how many of the rules, the first ones, are; the others are tried */
    RuleComparison(List<ScanPolicy> policies, int inForce) {
        this.policies = policies;
        this.inForce = inForce;
        accusations = new FlaggedPairs(policies);
        detectors = new Detectors(policies, (scan, rule) -> accusations.accuse(rule, scan));
        both = accusations.beside(detectors);
    }

    @Override
    public void accept(Segment segment) {
        both.accept(segment);
    }

    @Override
    public void idle(long until) {
        both.idle(until);
    }

    @Override
    public ReplayAnalysis.Report report(String file, Statistics statistics, Optional<String> problem) {
        List<Standing> all = accusations.standings(detectors.answers() > 0);
        List<ComparisonReport.Tally> tallies = IntStream.range(0, policies.size())
                .mapToObj(rule -> ComparisonReport.Tally.of(
                        ScanFormat.rule(policies.get(rule)), rule < inForce, rule, all, accusations.more(rule)))
                .toList();
        List<Standing> disputed = all.stream()
                .filter(each -> each.accused().isDisputed(policies.size()))
                .toList();
        return new ComparisonReport(
                new ReplayReport(file, statistics, detectors.attempts(), detectors.answers(), List.of(), problem),
                tallies,
                disputed);
    }
}
