package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Await;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.Lines;
import io.tcptracker.cli.testing.Ports;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a tracker says of scans while they go on, against what it says of the same packets in a file of tcpdump.
 *
 * <p>The scanners make their packets themselves. Those that the kernel makes, as for {@code nmap -sT}, keep the time of sending
 * on their way through a veth pair, and each that looks reads the clock for itself, a microsecond apart.
 */
@Needs(
        namespaces = true,
        programs = {"nmap", "tcpdump", "python3", "jq", "iptables", "ip6tables"})
@Timeout(100)
class LiveEqualsReplayEndToEnd {
    private static final String SCANNER = "10.98.0.11";
    private static final String SCANNER6 = "fd98::11";
    private static final String ACK_SCANNER = "10.98.0.12";
    private static final String SILENT_SCANNER = "10.98.0.13";

    /** Asks for times of packets, SO_TIMESTAMPNS, and stays. */
    private static final String STAMP = """
            import socket, sys
            clock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            clock.setsockopt(socket.SOL_SOCKET, 35, 1)
            print("ready", flush=True)
            sys.stdin.read()
            """;

    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"ring", "pcap"})
    void verdictsAreTheSameToTheNanosecond(String engine) throws IOException {
        Ports ports = new Ports(hosts);
        stampEachPacketOnce();
        Path file = directory.resolve("wire.pcap");
        Process tcpdump = tcpdump(file);
        RunningTracker tracker =
                hosts.track("--engine", engine, "--dry-run", "--log-format", "json", "--unanswered", "2");

        ports.nmap(SCANNER, "-sS", Ports.ALL, Network.HOST);
        ports.nmap(SCANNER6, "-sS", Ports.ALL, Network.HOST6);
        ports.nmap(ACK_SCANNER, "-sA", Ports.ALL, Network.HOST);
        ports.nmap(SILENT_SCANNER, "-sS", Ports.DROPPED, Network.HOST);
        // By now the link is silent; what is said here, nothing but the time brings to light.
        tracker.out().await("\"event\":\"scan\".*\"source\":\"" + SILENT_SCANNER + "\"");
        hosts.knock(Network.OTHER, "99", Network.HOST);
        tracker.out().await("\"event\":\"connection\".*\"source\":\"" + Network.OTHER + "\"");
        Await.until(
                "tcpdump sees the last packet",
                () -> Shell.run("tcpdump", "-nr", file.toString(), "src host " + Network.OTHER)
                        .out(),
                seen -> !seen.isEmpty());
        tcpdump.destroy();
        tcpdump.onExit().join();
        tracker.end("TERM");

        Path events = Files.write(directory.resolve("events"), tracker.out().awaitEnd());
        List<String> live = jq("select(.event == \"scan\") | del(.time, .event)", events);
        Path replayed = Files.writeString(
                directory.resolve("replayed"),
                Shell.run(Hosts.PROGRAM, "replay", "--json", "--unanswered", "2", file.toString())
                        .orThrow());
        assertEquals(jq(".scans[]", replayed), live);
        assertEquals(
                List.of(SCANNER, SCANNER6, ACK_SCANNER, SILENT_SCANNER),
                jq("select(.event == \"scan\") | .source", events).stream()
                        .map(source -> source.replace("\"", ""))
                        .toList());
    }

    /**
     * Two that look at one device may each read the clock for a packet, some microseconds apart, unless somebody asks for
     * packets' times at all: then the kernel stamps each packet once, for whoever looks.
     */
    private void stampEachPacketOnce() {
        Process stamp = hosts.startOnHost("python3", "-c", STAMP);
        new Lines("clock", stamp.getInputStream()).await("ready");
    }

    private Process tcpdump(Path file) {
        Process tcpdump = hosts.startOnHost(
                "tcpdump",
                "-Z",
                "root",
                "-i",
                Network.DEVICE,
                "--immediate-mode",
                "-U",
                "--time-stamp-precision=nano",
                "-w",
                file.toString());
        new Lines("tcpdump", tcpdump.getErrorStream()).await("listening on");
        return tcpdump;
    }

    private static List<String> jq(String filter, Path file) {
        return Shell.run("jq", "-c", filter, file.toString()).orThrow().lines().toList();
    }
}
