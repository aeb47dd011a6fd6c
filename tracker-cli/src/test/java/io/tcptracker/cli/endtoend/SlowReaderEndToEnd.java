package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.Await;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tracker whose output goes into a pipe that nobody reads. */
@Needs(
        namespaces = true,
        programs = {"hping3", "curl", "iptables", "ip6tables"})
@Timeout(100)
class SlowReaderEndToEnd {
    private static final int SENT = 50_000;
    private static final Pattern OMITTED = Pattern.compile("\\.\\.\\. ([\\d,]+) more new connections not shown");

    private static final Pattern SUMMED =
            Pattern.compile("\\.\\.\\. ([\\d,]+) more new connections from about 1 sources?");

    @RegisterExtension
    final Hosts hosts = new Hosts();

    @Test
    void countsAllAndSaysHowManyItLeftOut() {
        RunningTracker tracker = hosts.trackUnread(List.of(Hosts.PROGRAM), "--log-rate", "1000000");
        flood(SENT);
        Await.until(
                "all are counted",
                () -> tracker.metric("tcptracker_new_connections_total")
                        + tracker.metric("tcptracker_packets_dropped_total{where=\"kernel\",}"),
                count -> count >= SENT);
        assertEquals(SENT, tracker.metric("tcptracker_new_connections_total"), "counted");
        assertEquals(1, tracker.metric("tcptracker_blocks_total"), "bans meanwhile");
        assertEquals(1, hosts.bansOf(Network.PEER).size(), hosts::rules);

        tracker.read();
        Await.until("all are told", () -> written(tracker) + omitted(tracker), count -> count >= SENT);
        assertEquals(SENT, written(tracker) + omitted(tracker), "lines and lines left out");
        assertTrue(omitted(tracker) > SENT / 4, () -> "left out only " + omitted(tracker));
        assertEquals(
                omitted(tracker),
                tracker.metric("tcptracker_queue_dropped_total{queue=\"log\",}"),
                "left out, by the metric");
        assertEquals(1, tracker.out().with("Port scan detected: ").size(), "scans");
        assertEquals(1, tracker.out().with("Blocked " + Network.PEER + " ").size(), "bans");
    }

    @Test
    void floodIsSummedUpAndItsScanIsNot() {
        RunningTracker tracker =
                hosts.trackUnread(List.of(Hosts.PROGRAM), "--log-rate", "100").read();
        flood(SENT);
        Await.until("all are told", () -> written(tracker) + summed(tracker), count -> count >= SENT);
        assertEquals(SENT, written(tracker) + summed(tracker), "lines and connections summed up");
        assertTrue(written(tracker) < SENT / 10, () -> "lines: " + written(tracker));
        assertEquals(0, tracker.metric("tcptracker_queue_dropped_total{queue=\"log\",}"), "left out");
        assertEquals(1, tracker.out().with("Port scan detected: ").size(), "scans");
        assertEquals(1, tracker.out().with("Blocked " + Network.PEER + " ").size(), "bans");
    }

    @Test
    void endsDespiteAStuckOutputAndLeavesNoRule() {
        String before = hosts.rules();
        RunningTracker tracker = hosts.trackUnread(List.of(Hosts.PROGRAM), "--log-rate", "1000000");
        flood(SENT / 10); // several times what the pipe holds
        Await.until("blocked", () -> tracker.metric("tcptracker_blocks_total"), bans -> bans == 1);
        tracker.end("TERM");
        assertEquals(0, tracker.exitCode(), "exit code");
        assertEquals(before, hosts.rules(), "rules that are left");
    }

    @Test
    void getsTheRemainingLinesWhileTheTrackerEnds() {
        int sent = SENT / 10;
        String before = hosts.rules();
        RunningTracker tracker = hosts.trackUnread(List.of(Hosts.PROGRAM), "--log-rate", "1000000");
        flood(sent);
        Await.until("counted", () -> tracker.metric("tcptracker_new_connections_total"), count -> count == sent);
        tracker.signal("TERM");
        // The log is the last to end, a moment after the rules went.
        Await.until("no rules", hosts::rules, before::equals);
        tracker.read().out().awaitEnd();
        assertEquals(sent, written(tracker), "lines");
        assertEquals(0, omitted(tracker), "lines left out");
    }

    private void flood(int count) {
        // Its exit code tells whether there were answers, which the firewall sees to.
        hosts.onPeer(
                "hping3",
                "-q",
                "-S",
                "-i",
                "u20",
                "-c",
                Integer.toString(count),
                "-p",
                "++1",
                "-a",
                Network.PEER,
                Network.HOST);
    }

    private static long written(RunningTracker tracker) {
        return tracker.out()
                .with("New connection: " + Network.PEER + ":\\d+ -> " + Network.HOST + ":\\d+$")
                .size();
    }

    private static long summed(RunningTracker tracker) {
        return sum(tracker, SUMMED);
    }

    private static long omitted(RunningTracker tracker) {
        return sum(tracker, OMITTED);
    }

    private static long sum(RunningTracker tracker, Pattern line) {
        return tracker.out().all().stream()
                .map(line::matcher)
                .filter(Matcher::find)
                .mapToLong(match -> Long.parseLong(match.group(1).replace(",", "")))
                .sum();
    }
}
