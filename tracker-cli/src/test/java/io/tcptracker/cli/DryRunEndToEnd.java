package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a dry run leaves alone. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "setpriv", "iptables-save", "ip6tables-save"})
@Timeout(100)
class DryRunEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    void saysWhomItWouldBlockAndNeverTouchesTheFirewall() {
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
    }

    /** All there is, without the time of day and the packets counted. */
    private String saved() {
        String all = hosts.onHost("iptables-save").orThrow()
                + hosts.onHost("ip6tables-save").orThrow();
        return all.replaceAll("(?m)^#.*\n", "").replaceAll("\\[\\d+:\\d+]", "");
    }
}
