package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a tracker ends when it is told to. */
@Needs(
        namespaces = true,
        programs = {"nmap", "hping3", "curl", "iptables", "ip6tables"})
@Timeout(100)
class EndingEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void underTrafficLeavesNoRuleAndNoHalfLine(String signal) {
        String before = hosts.rules();
        // A shell that runs the tests in the background makes them, and their children, ignore SIGINT.
        RunningTracker tracker = hosts.track(List.of("env", "--default-signal=INT", Hosts.PROGRAM));
        Process sender = hosts.startOnPeer(
                "hping3", "--faster", "-q", "-S", "-c", "400000", "-p", "++1", "-a", Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER + " ");
        assertTrue(sender.isAlive(), "no traffic any more");

        Duration took = tracker.end(signal);
        assertEquals(0, tracker.exitCode(), "exit code");
        // The README promises it.
        assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, () -> "took " + took);
        assertEquals(before, hosts.rules(), "rules that are left");
        List<String> lines = tracker.out().awaitEnd();
        String last = lines.get(lines.size() - 1);
        assertTrue(
                last.matches(".*(New connection: " + Network.OTHER + ":\\d+ -> " + Network.HOST
                        + ":\\d+|more new connections from about 1 sources)"),
                () -> "last line: " + last);
        assertEquals(List.of(), tracker.err().with("WARN|ERROR|Exception"), "complaints");
    }

    @Test
    void writesTheEventsFromBeforeTheSignal() {
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        tracker.end("TERM");
        assertEquals(
                20,
                tracker.out().awaitEnd().stream()
                        .filter(line -> line.contains("New connection: "))
                        .count());
        assertEquals(1, tracker.out().with("Port scan detected: ").size(), "scans");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void onASilentLinkLeavesNoRule(String signal) {
        String before = hosts.rules();
        RunningTracker tracker = hosts.track(List.of("env", "--default-signal=INT", Hosts.PROGRAM));
        tracker.end(signal);
        assertEquals(0, tracker.exitCode(), "exit code");
        assertEquals(before, hosts.rules(), "rules that are left");
        assertEquals(List.of(), tracker.out().awaitEnd(), "events");
    }
}
