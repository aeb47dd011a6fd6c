package io.tcptracker.cli.replay;

import io.tcptracker.cli.review.Pair;
import io.tcptracker.cli.review.PortAnswers;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a source did to a destination: so much of it as fits, and how close it came to a scan by all of it. Not threadsafe. */
final class PairTimeline {
    static final int MOST_LINES = 1_000;
    private static final int MOST_VERDICTS = 100;

    private final Pair pair;
    private final List<ScanPolicy> policies;
    private final Map<Integer, NearestMiss> closest = new HashMap<>();
    private final List<ProbedPort> trials = new ArrayList<>();
    private final Map<Integer, ProbedPort> latest = new HashMap<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private long first;
    private long attempts;
    private long probes;
    private long leftOut;
    private long answers;

    /** A scan by one of the rules. */
    record Verdict(int rule, Scan scan) {}

    PairTimeline(Pair pair, List<ScanPolicy> policies) {
        this.pair = pair;
        this.policies = policies;
        for (int i = 0; i < policies.size(); i++) {
            Rule rule = policies.get(i).rule();
            if (rule == Rule.VERTICAL || rule == Rule.SLOW) {
                closest.put(i, new NearestMiss(policies.get(i)));
            }
        }
    }

    Pair pair() {
        return pair;
    }

    List<ProbedPort> trials() {
        return trials;
    }

    List<Verdict> verdicts() {
        return verdicts;
    }

    /** When a port was tried first. */
    long first() {
        return first;
    }

    /** How many times a port was tried. */
    long attempts() {
        return attempts;
    }

    /** How many of these were without a SYN. */
    long probes() {
        return probes;
    }

    /** How many of the attempts are in none of the trials, for want of room. */
    long leftOut() {
        return leftOut;
    }

    long answers() {
        return answers;
    }

    /** How close it came to breaking a rule; null if that isn't about pairs. */
    @Nullable
    NearestMiss closest(int rule) {
        return closest.get(rule);
    }

    /** What came of the latest try of a port; null if that isn't known. */
    @Nullable
    ProbedPort latest(int port) {
        return latest.get(port);
    }

    /** Notes an attempt; whether it takes a line more, for which there must be {@code room}. */
    boolean attempt(ProbedPort trial, boolean room, boolean bothDirections) {
        first = attempts == 0 ? trial.time() : first;
        attempts++;
        boolean probe = trial.kind() != Kind.SYN;
        probes += probe ? 1 : 0;
        closest.values().forEach(each -> each.attempt(trial.port(), probe, trial.time(), bothDirections));
        ProbedPort before = latest.get(trial.port());
        if (before != null && isRepeated(before, trial)) {
            before.again(trial.time());
            return false;
        }
        if (!room || trials.size() == MOST_LINES) {
            leftOut++;
            return false;
        }
        trials.add(trial);
        latest.put(trial.port(), trial);
        return true;
    }

    private boolean isRepeated(ProbedPort before, ProbedPort trial) {
        if (before.kind() != trial.kind()) {
            return false;
        }
        boolean unanswered = before.state() == PortAnswers.PENDING;
        boolean soon = trial.time() - before.last() <= policies.get(0).window().toNanos();
        boolean atOnce = before == trials.get(trials.size() - 1);
        return (unanswered && before.isOf(trial)) || (soon && (unanswered || atOnce));
    }

    /** Notes an answer; whether the port is known to have been tried. */
    boolean answer(int port, int state, long time, boolean bothDirections) {
        ProbedPort trial = latest.get(port);
        if (trial == null) {
            return false;
        }
        answers++;
        trial.answer(state, time);
        closest.values().forEach(each -> each.answer(port, state, bothDirections));
        return true;
    }

    void verdict(int rule, Scan scan) {
        if (verdicts.size() < MOST_VERDICTS) {
            verdicts.add(new Verdict(rule, scan));
        }
    }

    void end(boolean bothDirections) {
        closest.values().forEach(each -> each.settle(Long.MAX_VALUE, bothDirections));
    }
}
