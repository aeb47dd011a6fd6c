package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Echo;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.Ports;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a tracker takes for a scanner by what is answered, and whom it blocks then. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "python3", "iptables", "ip6tables"})
@Timeout(100)
class EvidenceEndToEnd {
    private static final Pattern SOURCE = Pattern.compile("\"source\":\"([^\"]+)\"");
    /** Beside the network that the host is in, which holds an address that is never blocked. */
    private static final String NETWORK6 = "fd99::";

    private static final int CLOSED = 23;

    @RegisterExtension
    final Hosts hosts = new Hosts();

    /** What nmap does, and what it is to be called. */
    private record Probe(String option, String source, String kind) {}

    @Test
    void findsNamesAndBlocksEachKindOfScanAndNoClient() {
        List<Probe> probes = List.of(
                new Probe("-sS", "10.98.0.11", "syn"),
                new Probe("-sT", "10.98.0.12", "connect|syn"),
                new Probe("-sF", "10.98.0.13", "fin"),
                new Probe("-sN", "10.98.0.14", "null"),
                new Probe("-sX", "10.98.0.15", "xmas"),
                new Probe("-sA", "10.98.0.16", "ack"),
                new Probe("-sM", "10.98.0.17", "ack"),
                new Probe("-sW", "10.98.0.18", "ack"),
                new Probe("-f", "10.98.0.19", "fragmented"),
                new Probe("-sS", "fd98::11", "syn"));
        Ports ports = new Ports(hosts);
        List.of(80, 81, 82).forEach(port -> new Echo(hosts, port));
        RunningTracker tracker = hosts.track("--unanswered", "2", "--log-format", "json");
        connectToManyPorts();
        for (Probe probe : probes) {
            boolean v6 = probe.source().contains(":");
            ports.nmap(probe.source(), probe.option(), Ports.ALL, v6 ? Network.HOST6 : Network.HOST);
            tracker.out()
                    .await("\"event\":\"scan\".*\"source\":\"" + probe.source() + "\".*\"kind\":\"(" + probe.kind()
                            + ")\"");
            tracker.out().await("\"event\":\"ban\".*\"source\":\"" + probe.source() + "\"");
        }
        String connection = "\"event\":\"connection\".*\"source\":\"" + Network.OTHER + "\"";
        assertEquals(7, tracker.out().with(connection).size(), "connections of the client");
        List<String> scanners = probes.stream().map(Probe::source).sorted().toList();
        assertEquals(scanners, blocked());
        assertEquals(scanners.size(), tracker.out().with("\"event\":\"scan\"").size(), "scans said");
    }

    /** As a browser does, or a client of a host with many services, to six ports that are open and one that isn't. */
    private void connectToManyPorts() {
        List<Integer> all = new ArrayList<>(Ports.OPEN);
        all.addAll(List.of(80, 81, 82, CLOSED));
        List<String> curl =
                new ArrayList<>(List.of("curl", "-sZ", "--max-time", "2", "--http0.9", "--interface", Network.OTHER));
        all.forEach(port -> curl.add("http://" + Network.HOST + ":" + port));
        hosts.onPeer(curl.toArray(String[]::new));
    }

    private List<String> blocked() {
        return SOURCE.matcher(hosts.tcptracker("chain", "--json").orThrow())
                .results()
                .map(source -> source.group(1))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void blocksTheNetworkOfManyScanningAddressesUnlessOneIsAllowed(boolean allowed) {
        hosts.onHost("ip", "-6", "route", "add", NETWORK6 + "/64", "dev", Network.DEVICE)
                .orThrow();
        Ports ports = new Ports(hosts);
        RunningTracker tracker = hosts.track("--unanswered", "2", "--allow", allowed ? NETWORK6 + "99" : "192.0.2.99");
        for (int i = 1; i <= 4; i++) {
            ports.nmap(NETWORK6 + i, "-sS", String.valueOf(40 + i), Network.HOST6);
        }
        tracker.out().await("Port scan detected: " + NETWORK6 + "4 .*from 4 addresses of " + NETWORK6 + "/64");
        // Of several in a network that can't be blocked as a whole nobody can be told to be the scanner.
        tracker.out()
                .await(allowed ? "Not blocked: " + NETWORK6 + "4 shares its network" : "Blocked " + NETWORK6 + "/64 ");
        assertEquals(allowed ? List.of() : List.of(NETWORK6 + "/64"), blocked());
        Echo echo = new Echo(hosts);
        String another = NETWORK6 + "99";
        hosts.onPeer("ip", "addr", "add", another + "/64", "dev", Hosts.PEER_DEVICE, "nodad")
                .orThrow();
        assertEquals(allowed ? "connected" : "timed out", echo.connect(another, Network.HOST6));
    }

    @Test
    void reportsASweepAndDoesNotBlockIt() {
        String swept = "10.98.1.0/28";
        hosts.onHost("ip", "route", "add", "local", swept, "dev", "lo").orThrow();
        hosts.onPeer("ip", "route", "add", swept, "via", Network.HOST).orThrow();
        RunningTracker tracker = hosts.track("--unanswered", "2", "--rule", "sweep:5/60s");
        hosts.knock(Network.PEER, "2222", swept);
        tracker.out().await("Sweep detected: " + Network.PEER + " -> \\d+ hosts on ports 2222 ");
        // Whom it does block shows that the other had its turn.
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER);
        assertEquals(List.of(Network.OTHER), blocked());
    }
}
