package io.tcptracker.cli.check;

import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.check.Processes.Running;
import io.tcptracker.cli.console.Errors;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.metrics.ListenException;
import io.tcptracker.metrics.MetricsServer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Whether another tracker runs already, and whether metrics can be served. */
final class TrackerCheck {
    private TrackerCheck() {}

    static List<CheckResult> findings(Processes processes, long self, InetSocketAddress listen) {
        List<Running> trackers = processes.trackers(self);
        List<CheckResult> findings = new ArrayList<>();
        findings.add(tracker(trackers));
        findings.add(metrics(listen, !trackers.isEmpty()));
        return findings;
    }

    private static CheckResult tracker(List<Running> trackers) {
        if (trackers.isEmpty()) {
            return CheckResult.ok("tracker", "no other one runs");
        }
        String pids = trackers.stream().map(each -> "pid " + each.pid()).collect(Collectors.joining(", "));
        // As it should be where one is at work, so no failure.
        return trackers.stream().allMatch(each -> each.namespace().isPresent())
                ? CheckResult.warn("tracker", "one runs already (" + pids + ")", "stop it before you start another")
                : CheckResult.warn(
                        "tracker",
                        "one runs already, perhaps in this network namespace (" + pids + ")",
                        "see as root whether it does, and stop it before you start another");
    }

    private static CheckResult metrics(InetSocketAddress listen, boolean trackerRuns) {
        try {
            MetricsServer.check(listen);
            return CheckResult.ok(
                    "metrics", "port " + listen.getPort() + " of " + IpAddress.of(listen.getAddress()) + " is free");
        } catch (ListenException e) {
            State state = switch (e.kind()) {
                case NOT_PERMITTED -> State.NOT_PERMITTED;
                case IN_USE -> trackerRuns ? State.WARN : State.UNAVAILABLE;
                case NOT_LOCAL, NOT_AN_ADDRESS, OTHER -> State.UNAVAILABLE;
            };
            return new CheckResult("metrics", state, Errors.failure(e), Errors.cure(e));
        }
    }
}
