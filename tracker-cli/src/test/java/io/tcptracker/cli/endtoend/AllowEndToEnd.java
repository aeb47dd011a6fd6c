package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Await;
import io.tcptracker.cli.testing.Echo;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Who isn't blocked though nobody named it when the tracker was started. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "python3", "iptables", "ip6tables"})
@Timeout(100)
class AllowEndToEnd {
    private static final int SSH = 22;

    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    void neverBlocksSshPeersOfTheStart() {
        Echo echo = new Echo(hosts, SSH);
        Echo.Conversation session = echo.converse(Network.PEER, Network.HOST);
        echo.converse(Network.PEER6, Network.HOST6);
        RunningTracker tracker = hosts.track();
        // Whoever connects only now is no reason to spare it.
        echo.converse(Network.OTHER, Network.HOST);
        hosts.scan(Network.PEER, Network.HOST);
        hosts.scan(Network.PEER6, Network.HOST6);
        tracker.out().await("Not blocked: " + Network.PEER + " ");
        tracker.out().await("Not blocked: " + Network.PEER6 + " ");
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER + " ");
        assertEquals(1, tracker.out().with("Blocked ").size(), "sources that were blocked");
        assertEquals("connected", echo.connect(Network.PEER, Network.HOST), "a new session");
        assertEquals("still here", session.say("still here"), "the session that there was");
    }

    @Test
    void liftsTheBanOfASourceThatIsAllowedLater() throws IOException {
        Path file = Files.writeString(directory.resolve("allow"), "");
        Echo echo = new Echo(hosts);
        RunningTracker tracker = hosts.track("--allow-file", file.toString());
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        assertEquals("timed out", echo.connect(Network.PEER, Network.HOST), "while it is blocked");
        Files.writeString(file, Network.PEER + "\n");
        tracker.out().await("Unblocked " + Network.PEER + "$");
        assertEquals("connected", echo.connect(Network.PEER, Network.HOST), "once it is allowed");
        // In the kernel too, whatever anybody bans.
        hosts.onHost("ipset", "add", "tcptracker4", Network.PEER).orThrow();
        assertEquals("connected", echo.connect(Network.PEER, Network.HOST), "though it is in the set of the banned");
    }

    @Test
    void followsTheAllowFileWhileItRuns() throws IOException {
        Path file = Files.writeString(directory.resolve("allow"), Network.PEER6 + " # monitoring\n");
        RunningTracker tracker = hosts.track("-v", "--window", "1s", "--allow-file", file.toString());
        hosts.scan(Network.PEER6, Network.HOST6);
        tracker.out().await("Not blocked: " + Network.PEER6 + " ");

        Files.writeString(file, "# the office\n" + Network.PEER + "\n" + Network.PEER6 + "\n");
        awaitLine(tracker, "the allow list changed: added " + Network.PEER + " \\(" + file + " line 2\\)");
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Not blocked: " + Network.PEER + " ");

        Files.writeString(file, "everybody\n");
        awaitLine(tracker, " WARN " + file + " line 1: 'everybody' is not an IP address");
        Files.delete(file);
        awaitLine(tracker, " WARN cannot read the allow list in " + file + ": there is no such file");
        hosts.scan(Network.PEER, Network.HOST);
        Files.writeString(file, "192.0.2.1\n");
        awaitLine(tracker, "added 192.0.2.1 \\(" + file + " line 1\\); removed .*" + Network.PEER);
        assertEquals(2, tracker.err().with(" WARN ").size(), "warnings");
        assertEquals(
                0,
                tracker.out()
                        .with("Blocked (" + Network.PEER + "|" + Network.PEER6 + ") ")
                        .size(),
                "blocked");
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
    }

    /** Waits for a line on standard error; meanwhile somebody scans, so that there is something to be decided. */
    private void awaitLine(RunningTracker tracker, String regex) {
        Await.until(
                regex,
                () -> {
                    hosts.scan(Network.OTHER, Network.HOST);
                    return tracker.err().with(regex);
                },
                lines -> !lines.isEmpty());
    }
}
