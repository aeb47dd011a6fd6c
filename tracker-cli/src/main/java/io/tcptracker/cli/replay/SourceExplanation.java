package io.tcptracker.cli.replay;

import io.tcptracker.cli.events.AddressEstimator;
import io.tcptracker.cli.review.Pair;
import io.tcptracker.core.DetectorSet;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An analysis of what a source did in a capture, and why that was a scan or not. The numbers of destinations and of lines
 * are bounded; further ones are counted. Not threadsafe.
 */
final class SourceExplanation implements ReplayAnalysis {
    private static final int MOST_TIMELINES = 1_000;
    private static final int MOST_LINES = 10_000;

    private final List<ScanPolicy> policies;
    private final DetectorSet detectors;
    private final PacketSource.Sink detection;
    private final boolean usesEvidence;
    private final Prefix source;
    private final Map<Pair, PairTimeline> timelines = new LinkedHashMap<>();
    private final List<Scan> sweeps = new ArrayList<>();
    private final AddressEstimator otherDestinations = new AddressEstimator();
    private long newConnections;
    private long attempts;
    private long attemptsAtOthers;
    private int lines;
    private long latest = Long.MIN_VALUE;
    private long end = Long.MIN_VALUE;

    /**
     * Makes an analysis of one source.
     *
     * @param asked an address or a prefix; widened to all addresses that count as the same source
     */
    SourceExplanation(List<ScanPolicy> policies, Prefix asked) {
        this.policies = policies;
        detectors = new DetectorSet(policies);
        detection = detectors.sink(this::addVerdict);
        usesEvidence = policies.stream().anyMatch(ScanPolicy::usesEvidence);
        Prefix one = policies.get(0).prefix(asked.address());
        source = one.length() < asked.length() ? one : asked;
    }

    @Override
    public void accept(Segment segment) {
        latest = Math.max(latest, segment.time());
        if (segment.isAttempt()) {
            newConnections++;
        }
        Kind kind = Kind.of(segment);
        if (kind != null && source.contains(segment.source())) {
            catchUp();
            attempt(segment.destination(), new ProbedPort(segment, kind));
        } else if (kind == null && segment.isAnswer() && source.contains(segment.destination())) {
            catchUp();
            answer(segment);
        }
        detection.accept(segment);
    }

    /** Lets the detectors finish their batch, so that the timelines know all verdicts and answers before a segment. */
    private void catchUp() {
        detection.idle(Long.MIN_VALUE);
    }

    @Override
    public void idle(long until) {
        end = Math.max(end, until);
        detection.idle(until);
    }

    private void attempt(IpAddress destination, ProbedPort tried) {
        attempts++;
        PairTimeline timeline = timeline(tried.source(), destination);
        if (timeline == null) {
            attemptsAtOthers++;
            otherDestinations.add(destination);
        } else if (timeline.attempt(tried, lines < MOST_LINES, showsBothDirections())) {
            lines++;
        }
    }

    private @Nullable PairTimeline timeline(IpAddress by, IpAddress destination) {
        Pair pair = Pair.of(policies.get(0).prefix(by), destination);
        PairTimeline timeline = timelines.get(pair);
        if (timeline == null && timelines.size() < MOST_TIMELINES) {
            timeline = new PairTimeline(pair, policies);
            timelines.put(pair, timeline);
        }
        return timeline;
    }

    private void answer(Segment segment) {
        PortState state = PortState.shownBy(segment);
        int port = segment.sourcePort();
        PairTimeline timeline = timelines.get(Pair.of(policies.get(0).prefix(segment.destination()), segment.source()));
        if (timeline != null && timeline.answer(port, state, segment.time(), showsBothDirections())) {
            return;
        }
        boolean full = timeline != null && timeline.leftOut() > 0;
        if (usesEvidence && segment.mayAnswerAckProbe() && !full) {
            ProbedPort probe =
                    new ProbedPort(segment.time(), port, Kind.ACK, segment.destination(), segment.destinationPort());
            probe.answer(state, segment.time());
            attempt(segment.source(), probe);
        }
    }

    private boolean showsBothDirections() {
        return answers() > 0;
    }

    private long answers() {
        return detectors.statistics().answers();
    }

    private void addVerdict(Scan scan, int rule) {
        if (scan.ongoing()) {
            return;
        }
        if (scan.rule() == Rule.SWEEP) {
            if (source.overlaps(scan.prefix()) && sweeps.size() < MOST_TIMELINES) {
                sweeps.add(scan);
            }
        } else {
            timelines.values().stream()
                    .filter(each -> isOn(each.pair(), scan))
                    .forEach(each -> each.verdict(rule, scan));
        }
    }

    private static boolean isOn(Pair pair, Scan scan) {
        return pair.destination().equals(scan.destination())
                && (scan.rule() == Rule.DISTRIBUTED || pair.source().equals(scan.prefix()));
    }

    @Override
    public Report report(String file, Statistics statistics, Optional<String> problem) {
        boolean both = showsBothDirections();
        timelines.values().forEach(each -> each.end(both));
        ReplayReport replayed = new ReplayReport(file, statistics, newConnections, answers(), List.of(), problem);
        VerdictExplanation reasons = new VerdictExplanation(policies, both, Math.max(latest, end));
        return new ExplanationReport(
                replayed,
                source,
                attempts,
                List.copyOf(timelines.values()),
                sweeps,
                attemptsAtOthers,
                otherDestinations.estimate(),
                reasons);
    }
}
