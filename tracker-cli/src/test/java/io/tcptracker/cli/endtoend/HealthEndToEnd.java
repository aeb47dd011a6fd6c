package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.Await;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.Lines;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.cli.testing.RunningTracker.Answer;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import io.tcptracker.testing.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What those who look after a tracker from outside are told. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "iptables", "ip6tables"})
@Timeout(100)
class HealthEndToEnd {
    private static final Answer HEALTHY =
            new Answer(200, "{\"message\":\"healthy\",\"statusText\":\"OK\",\"statusCode\":200}");

    private static final String[] RESIDENT = {"sh", "-c", "echo here; exec sleep 100"};

    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    @Needs(programs = {"prometheus", "promtool"})
    void isScrapedByPrometheus() throws IOException {
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        Path configuration = Files.writeString(directory.resolve("prometheus.yml"), """
                global: {scrape_interval: 500ms, scrape_timeout: 500ms}
                scrape_configs: [{job_name: tcptracker, static_configs: [{targets: ["127.0.0.1:8081"]}]}]
                """);
        Process prometheus = hosts.startOnHost(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:9090");
        Lines log = new Lines("prometheus", prometheus.getErrorStream());
        log.await("ready to receive web requests");

        for (String metric : List.of(
                "tcptracker_new_connections_total", "tcptracker_new_connections", "tcptracker_port_scans_total")) {
            String expected = metric.contains("scans") ? "1" : "20";
            Await.until(
                    metric + " is " + expected,
                    () -> queried(metric),
                    answer -> answer.contains("\"" + expected + "\"]"));
        }
        Await.until("up", () -> queried("up"), answer -> answer.contains("\"1\"]"));

        Path metrics = Files.writeString(
                directory.resolve("metrics"), tracker.ask("/metrics").body());
        Result check = Shell.run("sh", "-c", "promtool check metrics <\"$0\"", metrics.toString());
        assertEquals(new Result(0, "", ""), check, "promtool check metrics");
        prometheus.destroy();
        prometheus.onExit().join();
    }

    private String queried(String query) {
        return hosts.onHost("curl", "-sS", "http://127.0.0.1:9090/api/v1/query?query=" + query)
                .orThrow();
    }

    @Test
    void isIllWhileTheDeviceIsDownAndSeesAgainOnceItIsUp() {
        RunningTracker tracker = hosts.track();
        assertEquals(HEALTHY, tracker.health());
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        assertEquals(20, tracker.metric("tcptracker_new_connections_total"), "before");

        hosts.onHost("ip", "link", "set", Network.DEVICE, "down").orThrow();
        assertIll("veth0 is down|can't see veth0", tracker);
        assertEquals(20, tracker.metric("tcptracker_new_connections_total"), "while it is down");

        hosts.onHost("ip", "link", "set", Network.DEVICE, "up").orThrow();
        Await.until("healthy again", tracker::health, HEALTHY::equals);
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER + " ");
        assertEquals(40, tracker.metric("tcptracker_new_connections_total"), "afterwards");
        assertEquals(1, hosts.bansOf(Network.PEER).size(), "the ban from before");
    }

    @Test
    void isIllWhileTheDeviceIsAwayAndSeesAgainOnceItIsBack() {
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        String host = arrived(hosts.startOnHost(RESIDENT));
        String peer = arrived(hosts.startOnPeer(RESIDENT));
        hosts.onHost("ip", "link", "set", Network.DEVICE, "netns", peer).orThrow();
        assertIll("can't see veth0: ", tracker);
        assertEquals(20, tracker.metric("tcptracker_new_connections_total"), "while it is away");

        hosts.onPeer("ip", "link", "set", Network.DEVICE, "netns", host).orThrow();
        hosts.onHost("ip", "addr", "add", Network.HOST + "/24", "dev", Network.DEVICE)
                .orThrow();
        hosts.onHost("ip", "link", "set", Network.DEVICE, "up").orThrow();
        Await.until("healthy again", tracker::health, HEALTHY::equals);
        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER + " ");
        assertEquals(40, tracker.metric("tcptracker_new_connections_total"), "afterwards");
    }

    /** The id of a process that names its namespace to other programs, once it is in it. */
    private static String arrived(Process process) {
        new Lines("resident", process.getInputStream()).await("here");
        return Long.toString(process.pid());
    }

    @Test
    void isIllWhileTheFirewallCannotBeChangedAndBlocksOnceItCan() throws IOException {
        Path broken = directory.resolve("broken");
        // With sets no program is started for a ban.
        RunningTracker tracker = hosts.track(
                List.of(
                        "env",
                        "PATH=" + fragile("iptables-restore", broken) + ":" + System.getenv("PATH"),
                        Hosts.PROGRAM),
                "--firewall",
                "iptables");
        assertEquals(HEALTHY, tracker.health());
        Files.createFile(broken);
        hosts.scan(Network.PEER, Network.HOST);
        tracker.err().await("ERROR cannot change the firewall.*out of order");
        assertIll("firewall can't be changed: .*out of order", tracker);
        assertTrue(tracker.metric("tcptracker_firewall_failures_total") > 0, "no failure is counted");
        assertEquals(List.of(), tracker.out().with("Blocked"), "claims to have blocked");

        Files.delete(broken);
        tracker.out().await("Blocked " + Network.PEER + " ");
        Await.until("healthy again", tracker::health, HEALTHY::equals);
        assertEquals(1, hosts.bansOf(Network.PEER).size(), hosts::rules);
    }

    /** A directory with a program that runs the real one unless a file is there. */
    private Path fragile(String program, Path broken) throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path script = Files.writeString(
                bin.resolve(program), """
                #!/bin/sh
                if [ -e '%s' ]; then
                    echo 'out of order' >&2
                    exit 4
                fi
                exec %s "$@"
                """.formatted(broken, Shell.find(program).orElseThrow()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }

    private static void assertIll(String reason, RunningTracker tracker) {
        Answer ill = Await.until("unhealthy", tracker::health, health -> health.status() != 200);
        assertEquals(503, ill.status(), ill::body);
        assertTrue(
                ill.body()
                        .matches("\\{\"message\":\"[^\"]*(" + reason
                                + ")[^\"]*\",\"statusText\":\"Service Unavailable\",\"statusCode\":503}"),
                ill::body);
    }
}
