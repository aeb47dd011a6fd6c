package io.tcptracker.cli.replay;

import io.tcptracker.cli.events.AddressEstimator;
import io.tcptracker.cli.review.Pair;
import io.tcptracker.cli.review.PortAnswers;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a source did in a capture, and why it was a scan or wasn't. So many destinations are told of, and so many lines, by
 * whatever it did; the others are counted. Not threadsafe.
 */
final class SourceExplanation implements ReplayAnalysis {
    static final int MOST_STORIES = 1_000;
    private static final int MOST_LINES = 10_000;

    private final List<ScanPolicy> policies;
    private final List<ScanDetector> detectors;
    private final boolean probes;
    private final Prefix source;
    private final Map<Pair, PairTimeline> stories = new LinkedHashMap<>();
    private final List<Scan> sweeps = new ArrayList<>();
    private final AddressEstimator otherDestinations = new AddressEstimator();
    private long newConnections;
    private long attempts;
    private long attemptsAtOthers;
    private int lines;
    private long latest = Long.MIN_VALUE;
    private long end = Long.MIN_VALUE;

    /** @param asked an address or a prefix; whoever is taken for one source with it is told of too */
    SourceExplanation(List<ScanPolicy> policies, Prefix asked) {
        this.policies = policies;
        detectors = policies.stream().map(ScanDetector::new).toList();
        probes = policies.stream().anyMatch(ScanPolicy::goesByAnswers);
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
        if (kind != null) {
            if (source.contains(segment.source())) {
                attempt(segment.destination(), new ProbedPort(segment, kind));
            }
        } else if (segment.isAnswer() && source.contains(segment.destination())) {
            answer(segment);
        }
        for (int i = 0; i < detectors.size(); i++) {
            found(i, detectors.get(i).add(segment));
        }
    }

    @Override
    public void idle(long until) {
        end = Math.max(end, until);
        for (int i = 0; i < detectors.size(); i++) {
            found(i, detectors.get(i).idle(until));
        }
    }

    private void attempt(IpAddress destination, ProbedPort trial) {
        attempts++;
        PairTimeline story = story(trial.by(), destination);
        if (story == null) {
            attemptsAtOthers++;
            otherDestinations.add(destination);
        } else if (story.attempt(trial, lines < MOST_LINES, showsBothDirections())) {
            lines++;
        }
    }

    private @Nullable PairTimeline story(IpAddress by, IpAddress destination) {
        Pair pair = Pair.of(policies.get(0).prefix(by), destination);
        PairTimeline story = stories.get(pair);
        if (story == null && stories.size() < MOST_STORIES) {
            story = new PairTimeline(pair, policies);
            stories.put(pair, story);
        }
        return story;
    }

    private void answer(Segment segment) {
        boolean reset = (segment.flags() & Segment.RST) != 0;
        int state = reset ? PortAnswers.REFUSED : PortAnswers.ANSWERED;
        int port = segment.sourcePort();
        PairTimeline story = stories.get(Pair.of(policies.get(0).prefix(segment.destination()), segment.source()));
        if (story != null && story.answer(port, state, segment.time(), showsBothDirections())) {
            return;
        }
        boolean full = story != null && story.leftOut() > 0;
        if (probes && segment.mayTellOfProbe() && !full) {
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
        return detectors.get(0).statistics().answers();
    }

    private void found(int rule, List<Scan> scans) {
        for (Scan scan : scans) {
            if (scan.ongoing()) {
                continue;
            }
            if (scan.rule() == Rule.SWEEP) {
                if (source.overlaps(scan.prefix()) && sweeps.size() < MOST_STORIES) {
                    sweeps.add(scan);
                }
            } else {
                stories.values().stream()
                        .filter(each -> isOn(each.pair(), scan))
                        .forEach(each -> each.verdict(rule, scan));
            }
        }
    }

    private static boolean isOn(Pair pair, Scan scan) {
        return pair.destination().equals(scan.destination())
                && (scan.rule() == Rule.DISTRIBUTED || pair.source().equals(scan.prefix()));
    }

    @Override
    public Report report(String file, Statistics statistics, Optional<String> problem) {
        boolean both = showsBothDirections();
        stories.values().forEach(each -> each.end(both));
        ReplayReport replayed = new ReplayReport(file, statistics, newConnections, answers(), List.of(), problem);
        VerdictExplanation reasons = new VerdictExplanation(policies, both, Math.max(latest, end));
        return new ExplanationReport(
                replayed,
                source,
                attempts,
                List.copyOf(stories.values()),
                sweeps,
                attemptsAtOthers,
                otherDestinations.estimate(),
                reasons);
    }
}
