package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.DeviceSniffer;
import io.tcptracker.cli.testing.Echo;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tracker counts, says and does when nmap scans its host. */
@Needs(
        namespaces = true,
        programs = {"nmap", "tcpdump", "curl", "python3", "iptables", "ip6tables"})
@Timeout(100)
class ScanEndToEnd {
    private static final int PORTS = 100;
    private static final Pattern SOURCE = Pattern.compile("\"source\":\"([^\"]+)\"");

    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @ParameterizedTest(name = "nmap {0} over IPv{1}")
    @CsvSource({"-sS, 4", "-sT, 4", "-sS, 6", "-sT, 6"})
    void countsEveryAttemptAndBlocksTheScannerAlone(String kind, int family) {
        boolean v4 = family == 4;
        String host = v4 ? Network.HOST : Network.HOST6;
        String scanner = v4 ? Network.PEER : Network.PEER6;
        String other = v4 ? Network.OTHER : Network.OTHER6;
        Echo echo = new Echo(hosts);
        DeviceSniffer wire = new DeviceSniffer(hosts, directory);
        RunningTracker tracker = hosts.track();
        Echo.Conversation established = echo.converse(scanner, host);

        nmap(kind, v4, host);
        tracker.out().await("Blocked " + scanner + " until");
        assertEquals(1, hosts.bansOf(scanner).size(), () -> "rules against the scanner: " + hosts.rules());
        assertEquals(List.of(scanner), blocked(), "what 'tcptracker chain' lists");
        assertEquals("timed out", echo.connect(scanner, host), "a new connection of the scanner");
        assertEquals("still here", established.say("still here"), "on the established connection of the scanner");
        assertEquals("connected", echo.connect(other, host), "a new connection of another source");

        // It came last, so all that came before has been counted once it has.
        tracker.out().await("New connection: \\[?" + other);
        long seen = wire.attemptsUntil(other);
        assertTrue(seen >= PORTS + 3, () -> "tcpdump saw only " + seen);
        assertEquals(seen, tracker.metric("tcptracker_new_connections_total"), "counted");
        assertEquals(seen, tracker.metric("tcptracker_new_connections"), "counted, by the former name");
        assertEquals(seen, tracker.out().with("New connection: ").size(), "lines");
        assertEquals(1, tracker.out().with("Port scan detected: ").size(), "scans said");
        assertEquals(
                1,
                tracker.out()
                        .with("Port scan detected: " + scanner + " -> " + host)
                        .size(),
                "the scan said");
        assertEquals(1, tracker.metric("tcptracker_port_scans_total"), "scans counted");
        assertEquals(1, tracker.metric("tcptracker_blocked_sources"), "blocked sources");
        assertEquals(0, tracker.metric("tcptracker_packets_dropped_total{where=\"kernel\",}"), "lost packets");
    }

    private void nmap(String kind, boolean v4, String host) {
        List<String> command = new ArrayList<>(List.of("nmap", "-n", "-Pn", kind, "--max-retries", "2"));
        command.addAll(List.of("-p", "1-" + PORTS));
        if (!v4) {
            command.add("-6");
        }
        command.add(host);
        hosts.onPeer(command.toArray(String[]::new)).orThrow();
    }

    private List<String> blocked() {
        return SOURCE.matcher(hosts.tcptracker("chain", "--json").orThrow())
                .results()
                .map(source -> source.group(1))
                .toList();
    }

    @Test
    void takesThreePortsForNoScanHoweverOftenAndFourForOne() {
        Echo echo = new Echo(hosts);
        RunningTracker tracker = hosts.track();
        hosts.knock(Network.PEER, "21-23", Network.HOST);
        hosts.knock(Network.PEER, "21-23", Network.HOST);
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER);
        assertEquals(List.of(Network.OTHER), blocked(), "after three ports");
        assertEquals(List.of(), tracker.out().with("Port scan detected: " + Network.PEER), "after three ports");

        assertEquals("connected", echo.connect(Network.PEER, Network.HOST), "to the fourth port");
        tracker.out()
                .await("Port scan detected: " + Network.PEER + " -> " + Network.HOST + " on ports 21,22,23,7000( |$)");
        tracker.out().await("Blocked " + Network.PEER);
        assertEquals("timed out", echo.connect(Network.PEER, Network.HOST), "after four ports");
    }

    @Test
    void neverBlocksAnAllowedSource() {
        Echo echo = new Echo(hosts);
        RunningTracker tracker = hosts.track("--allow", "192.0.2.0/24," + Network.PEER + "/32", "--allow", "fd98::2");
        hosts.scan(Network.PEER, Network.HOST);
        hosts.scan(Network.PEER6, Network.HOST6);
        tracker.out().await("Not blocked: " + Network.PEER + " is on the allow list \\(10.98.0.2");
        tracker.out().await("Not blocked: " + Network.PEER6 + " is on the allow list \\(fd98::2");
        // Whom it does block shows that the others had their turn.
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER);
        assertEquals(List.of(Network.OTHER), blocked());
        assertEquals("connected", echo.connect(Network.PEER, Network.HOST));
        assertEquals("connected", echo.connect(Network.PEER6, Network.HOST6));
    }

    @Test
    void doesNotBlockTheHostItselfNorItsServers() {
        RunningTracker tracker = hosts.track();
        hosts.onHost("nmap", "-n", "-Pn", "-sT", "-p", "1-50", Network.PEER).orThrow();
        hosts.onHost("nmap", "-6", "-n", "-Pn", "-sT", "-p", "1-50", Network.PEER6)
                .orThrow();
        tracker.out().await("Not blocked: " + Network.HOST + " ");
        tracker.out().await("Not blocked: " + Network.HOST6 + " ");
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER);
        assertEquals(List.of(Network.OTHER), blocked());
        assertEquals(1, tracker.out().with("Blocked ").size(), "sources that were blocked");
    }

    @Test
    void blocksAScannerOfTwoAddressesOnce() {
        hosts.onHost("ip", "addr", "add", "10.98.0.9/24", "dev", Network.DEVICE).orThrow();
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST, "10.98.0.9");
        tracker.out().await("Port scan detected: 10.98.0.2 -> 10.98.0.1 ");
        tracker.out().await("Port scan detected: 10.98.0.2 -> 10.98.0.9 ");
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER);
        assertEquals(1, hosts.bansOf(Network.PEER).size(), hosts::rules);
        assertEquals(1, tracker.out().with("Blocked " + Network.PEER).size(), "lines");
    }
}
