package io.tcptracker.cli;

import io.tcptracker.cli.Finding.State;
import io.tcptracker.cli.Processes.Running;
import io.tcptracker.core.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Whether another tracker runs already, and whether metrics can be served. */
final class TrackerCheck {
    private TrackerCheck() {}

    static List<Finding> findings(Processes processes, long self, InetSocketAddress listen) {
        List<Running> trackers = processes.trackers(self);
        List<Finding> findings = new ArrayList<>();
        findings.add(tracker(trackers));
        findings.add(metrics(listen, !trackers.isEmpty()));
        return findings;
    }

    private static Finding tracker(List<Running> trackers) {
        if (trackers.isEmpty()) {
            return Finding.ok("tracker", "no other one runs");
        }
        String pids = trackers.stream().map(each -> "pid " + each.pid()).collect(Collectors.joining(", "));
        // As it should be where one is at work, so no failure.
        return trackers.stream().allMatch(each -> each.namespace().isPresent())
                ? Finding.warn("tracker", "one runs already (" + pids + ")", "stop it before you start another")
                : Finding.warn(
                        "tracker",
                        "one runs already, perhaps in this network namespace (" + pids + ")",
                        "see as root whether it does, and stop it before you start another");
    }

    private static Finding metrics(InetSocketAddress listen, boolean trackerRuns) {
        String where = "port " + listen.getPort() + " of " + IpAddress.of(listen.getAddress());
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(listen, 1);
            return Finding.ok("metrics", where + " is free");
        } catch (IOException e) {
            String failure = String.valueOf(e.getMessage());
            if (failure.contains("denied")) {
                return new Finding(
                        "metrics",
                        State.NOT_PERMITTED,
                        where + " is not permitted",
                        "choose one from 1024 up with --listen, or give CAP_NET_BIND_SERVICE");
            }
            if (failure.contains("in use")) {
                return new Finding(
                        "metrics",
                        trackerRuns ? State.WARN : State.UNAVAILABLE,
                        where + " is in use",
                        "see by whom: ss -ltnp 'sport = :" + listen.getPort() + "'; or choose another with --listen");
            }
            return new Finding(
                    "metrics",
                    State.UNAVAILABLE,
                    where + " can't be listened at: " + failure,
                    "choose an address of this host with --listen; see 'ip address'");
        }
    }
}
