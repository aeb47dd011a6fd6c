package io.tcptracker.cli.check;

import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.check.RunningProcesses.Running;
import io.tcptracker.cli.console.Errors;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.metrics.ListenException;
import io.tcptracker.metrics.MetricsServer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The check for another tracker, and for the port of the metrics. */
final class TrackerCheck {
    private TrackerCheck() {}

    static List<CheckResult> results(RunningProcesses processes, long self, InetSocketAddress listen) {
        List<Running> trackers = processes.trackers(self);
        List<CheckResult> results = new ArrayList<>();
        results.add(tracker(trackers));
        results.add(metrics(listen, !trackers.isEmpty()));
        return results;
    }

    private static CheckResult tracker(List<Running> trackers) {
        if (trackers.isEmpty()) {
            return CheckResult.ok("tracker", "no other tracker runs");
        }
        String pids = trackers.stream().map(each -> "pid " + each.pid()).collect(Collectors.joining(", "));
        // A warning, no failure: on a host in service a tracker runs.
        return trackers.stream().allMatch(each -> each.namespace().isPresent())
                ? CheckResult.warn(
                        "tracker", "a tracker runs already (" + pids + ")", "stop it before you start another")
                : CheckResult.warn(
                        "tracker",
                        "a tracker runs already, perhaps in this network namespace (" + pids + ")",
                        "check as root, and stop it before you start another");
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
