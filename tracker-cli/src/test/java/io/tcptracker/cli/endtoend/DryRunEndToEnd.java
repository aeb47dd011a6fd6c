package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.OpenPorts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.cli.testing.Unprivileged;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a dry run leaves alone. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "setpriv", "python3", "iptables-save", "ip6tables-save"})
@Timeout(100)
class DryRunEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    void reportsSourcesToBlockAndNeverTouchesTheFirewall() {
        hosts.onHost("iptables", "-A", "INPUT", "-s", "192.0.2.1", "-j", "DROP").orThrow();
        String before = saved();
        RunningTracker tracker = hosts.track("--dry-run");
        watched(tracker, before);
    }

    @Test
    void needsNoMoreThanTheRightToCapture() throws IOException {
        String before = saved();
        RunningTracker tracker = hosts.track(Unprivileged.program(directory, "net_raw"), "--dry-run");
        watched(tracker, before);
    }

    private void watched(RunningTracker tracker, String before) {
        hosts.scan(Network.PEER, Network.HOST);
        hosts.scan(Network.PEER6, Network.HOST6);
        tracker.out().await("Would block " + Network.PEER + " until ");
        tracker.out().await("Would block " + Network.PEER6 + " until ");
        assertEquals(before, saved(), "while it runs");
        assertEquals(0, tracker.out().with("Blocked").size(), "who was blocked");
        assertEquals(2, tracker.metric("tcptracker_port_scans_total"), "scans");
        assertEquals(0, tracker.metric("tcptracker_blocks_total"), "bans");
        assertEquals(0, tracker.metric("tcptracker_blocked_sources"), "blocked sources");
        assertEquals(200, tracker.health().status(), "health");
        tracker.end("TERM");
        assertEquals(0, tracker.exitCode(), "exit code");
        assertEquals(before, saved(), "in the end");
        List<String> events = tracker.out().awaitEnd();
        String last = events.get(events.size() - 1);
        assertTrue(
                last.endsWith(" Dry run: 2 pairs flagged: 0 likely false positives, 2 scans, 0 undecided"),
                () -> "last line: " + last);
    }

    @Test
    void listsLikelyFalsePositivesAtTheEnd() {
        OpenPorts.listen(hosts, 7001, 7005);
        RunningTracker tracker = hosts.track("--dry-run", "--quiet", "--log-format", "json");
        hosts.knock(Network.PEER, "7001-7005,80", Network.HOST);
        tracker.out().await("\"event\":\"ban\"");
        tracker.end("INT");
        List<String> events = tracker.out().awaitEnd();
        assertTrue(
                events.get(events.size() - 2)
                        .endsWith("\"event\":\"ordinary\",\"source\":\"" + Network.PEER + "\",\"destination\":\""
                                + Network.HOST + "\",\"port\":null,\"answered\":5,\"refused\":1,\"silent\":0,"
                                + "\"byAnswers\":\"ordinary\"}"),
                () -> "events: " + events);
        assertTrue(
                events.get(events.size() - 1)
                        .endsWith("\"event\":\"dryRun\",\"pairs\":1,\"ordinary\":1,\"scans\":0,\"undecided\":0,"
                                + "\"more\":0}"),
                () -> "events: " + events);
    }

    /** All there is, without the time of day and the packets counted. */
    private String saved() {
        String all = hosts.onHost("iptables-save").orThrow()
                + hosts.onHost("ip6tables-save").orThrow();
        return all.replaceAll("(?m)^#.*\n", "").replaceAll("\\[\\d+:\\d+]", "");
    }
}
