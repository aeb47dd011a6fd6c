package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.Await;
import io.tcptracker.cli.testing.Echo;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The lines of a tracker, and how options and the environment change them and the bans. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "python3", "jq", "iptables", "ip6tables"})
@Timeout(100)
class EventsEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    void areObjectsInJsonFromTheFirstConnectionToTheEndOfTheBan() throws IOException {
        Echo echo = new Echo(hosts);
        RunningTracker tracker = hosts.track("--log-format", "json", "--ban", "2s");
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("\"event\":\"ban\"");
        tracker.out().await("\"event\":\"unban\"");
        Await.until("no rule", () -> hosts.bansOf(Network.PEER), List::isEmpty);
        assertEquals("connected", echo.connect(Network.PEER, Network.HOST), "after the ban");
        tracker.out().await("\"destinationPort\":" + Echo.PORT);
        tracker.end("TERM");

        List<String> connections = jq(tracker, "connection", ".source + \" \" + (.destinationPort | tostring)");
        assertEquals(21, connections.size(), "connections");
        assertEquals(Network.PEER + " " + Echo.PORT, connections.get(20), "the last connection");
        assertEquals(
                List.of(Network.PEER + " " + Network.HOST + " 4"),
                jq(tracker, "scan", ".source + \" \" + .destination + \" \" + (.ports | length | tostring)"));
        assertEquals(List.of(Network.PEER + " false"), jq(tracker, "ban", ".source + \" \" + (.dryRun | tostring)"));
        assertEquals(List.of(Network.PEER), jq(tracker, "unban", ".source"));
        assertEquals(24, tracker.out().all().size(), "lines");
        Instant banned = Instant.parse(jq(tracker, "ban", ".since").get(0));
        assertEquals(
                banned.plusSeconds(2),
                Instant.parse(jq(tracker, "ban", ".until").get(0)),
                "end of the ban");
        assertEquals(banned, Instant.parse(jq(tracker, "scan", ".time").get(0)), "time of the scan");
    }

    /** What a program that reads JSON makes of each line that tells of this event. */
    private List<String> jq(RunningTracker tracker, String event, String what) throws IOException {
        Path lines = Files.write(directory.resolve("events"), tracker.out().awaitEnd());
        String filter = "fromjson | select(.event == \"" + event + "\") | " + what;
        return Shell.run("jq", "-R", "-r", filter, lines.toString())
                .orThrow()
                .lines()
                .toList();
    }

    @Test
    void tellOfABanThatLastsUntilTheTrackerStops() {
        RunningTracker tracker = hosts.track("--ban", "0");
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " until the tracker stops$");
        assertTrue(hosts.tcptracker("chain").orThrow().contains(" no end "), "'tcptracker chain' doesn't say how long");
        assertEquals(1, hosts.bansOf(Network.PEER).size(), hosts::rules);
        tracker.end("TERM");
        assertEquals(List.of(), hosts.bansOf(Network.PEER), "after the tracker");
    }

    @Test
    void leaveOutConnectionsIfQuiet() {
        RunningTracker tracker = hosts.track("--quiet");
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        Await.until("counted", () -> tracker.metric("tcptracker_new_connections_total"), count -> count == 20);
        assertEquals(0, tracker.metric("tcptracker_queue_dropped_total{queue=\"log\",}"), "lines that found no room");
        tracker.end("TERM");
        List<String> lines = tracker.out().awaitEnd();
        assertEquals(2, lines.size(), () -> "lines: " + lines);
        assertTrue(lines.get(0).contains("Port scan detected: "), () -> "lines: " + lines);
    }

    @Test
    void followTheEnvironmentUnlessTheCommandLineSaysOtherwise() {
        List<String> program =
                List.of("env", "TCPTRACKER_BAN=1h", "TCPTRACKER_DRY_RUN=true", "TCPTRACKER_QUIET=", Hosts.PROGRAM);
        assertWouldBlockFor(Duration.ofHours(1), hosts.track(program));
        assertWouldBlockFor(Duration.ofDays(1), hosts.track(program, "--ban", "1d", "--dry-run"));
    }

    private void assertWouldBlockFor(Duration length, RunningTracker tracker) {
        hosts.scan(Network.PEER, Network.HOST);
        String line = tracker.out().await("Would block " + Network.PEER + " until ");
        Instant until = Instant.parse(line.substring(line.lastIndexOf(' ') + 1));
        Duration left = Duration.between(Instant.now(), until);
        assertTrue(left.compareTo(length) <= 0, () -> "too long: " + line);
        assertTrue(left.compareTo(length.minusMinutes(5)) > 0, () -> "too short: " + line);
        assertEquals(1, tracker.err().with("dry run: no source is blocked").size(), "lines that tell of the dry run");
        tracker.end("TERM");
    }
}
