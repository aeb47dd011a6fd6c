package io.tcptracker.cli.replay;

import io.tcptracker.cli.review.Pair;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The probes of a source at a destination in the order of time, as many as fit. It also holds how close all of them came to
 * a scan. Not threadsafe.
 */
final class PairTimeline {
    static final int MOST_LINES = 1_000;
    private static final int MOST_VERDICTS = 100;

    private final Pair pair;
    private final List<ScanPolicy> policies;
    private final Map<Integer, NearestMiss> nearestMisses = new HashMap<>();
    private final List<ProbedPort> ports = new ArrayList<>();
    private final Map<Integer, ProbedPort> latest = new HashMap<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private long first;
    private long attempts;
    private long withoutSyn;
    private long leftOut;

    /** A scan by one of the rules. */
    record Verdict(int rule, Scan scan) {}

    PairTimeline(Pair pair, List<ScanPolicy> policies) {
        this.pair = pair;
        this.policies = policies;
        for (int i = 0; i < policies.size(); i++) {
            if (policies.get(i).rule().isAboutPairs()) {
                nearestMisses.put(i, new NearestMiss(policies.get(i)));
            }
        }
    }

    Pair pair() {
        return pair;
    }

    /** Returns the ports in the order in which they were tried. */
    List<ProbedPort> ports() {
        return ports;
    }

    List<Verdict> verdicts() {
        return verdicts;
    }

    /** Returns when the first port was tried. */
    long first() {
        return first;
    }

    /** Returns how many probes there were. */
    long attempts() {
        return attempts;
    }

    /** Returns how many of the probes were no attempts, but of the sort that only scanners send. */
    long withoutSyn() {
        return withoutSyn;
    }

    /** Returns how many of the probes are not listed, as there was no room. */
    long leftOut() {
        return leftOut;
    }

    /** Returns how close the pair came to breaking a rule; null if the rule isn't about pairs. */
    @Nullable
    NearestMiss nearestMiss(int rule) {
        return nearestMisses.get(rule);
    }

    /** Returns the latest try of a port with its answer; null if it isn't listed. */
    @Nullable
    ProbedPort latest(int port) {
        return latest.get(port);
    }

    /** Records a probe; returns whether it takes another line, for which there must be {@code room}. */
    boolean attempt(ProbedPort tried, boolean room, boolean bothDirections) {
        first = attempts == 0 ? tried.time() : first;
        attempts++;
        withoutSyn += tried.kind().isAttempt() ? 0 : 1;
        nearestMisses.values().forEach(each -> each.attempt(tried.port(), tried.kind(), tried.time(), bothDirections));
        ProbedPort before = latest.get(tried.port());
        if (before != null && isRepeated(before, tried)) {
            before.tryAgain(tried.time());
            return false;
        }
        if (!room || ports.size() == MOST_LINES) {
            leftOut++;
            return false;
        }
        ports.add(tried);
        latest.put(tried.port(), tried);
        return true;
    }

    private boolean isRepeated(ProbedPort before, ProbedPort tried) {
        if (before.shownKind() != tried.shownKind()) {
            return false;
        }
        boolean unanswered = before.state() == PortState.PENDING;
        boolean soon = tried.time() - before.last() <= policies.get(0).window().toNanos();
        boolean atOnce = before == ports.get(ports.size() - 1);
        return (unanswered && before.isOfConnection(tried)) || (soon && (unanswered || atOnce));
    }

    /** Records an answer; returns whether the port is known to have been tried. */
    boolean answer(int port, PortState state, long time, boolean bothDirections) {
        ProbedPort tried = latest.get(port);
        if (tried == null) {
            return false;
        }
        tried.answer(state, time);
        nearestMisses.values().forEach(each -> each.answer(port, state, bothDirections));
        return true;
    }

    void verdict(int rule, Scan scan) {
        if (verdicts.size() < MOST_VERDICTS) {
            verdicts.add(new Verdict(rule, scan));
        }
    }

    void end(boolean bothDirections) {
        nearestMisses.values().forEach(each -> each.settle(Long.MAX_VALUE, bothDirections));
    }
}
