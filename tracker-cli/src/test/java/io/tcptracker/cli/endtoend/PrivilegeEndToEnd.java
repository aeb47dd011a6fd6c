package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Echo;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.cli.testing.Unprivileged;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A tracker that is nobody, with two capabilities. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "python3", "setpriv", "iptables", "ip6tables"})
@Timeout(100)
class PrivilegeEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    void blocksAndCleansUpWithTheTwoCapabilitiesAlone() throws IOException {
        Echo echo = new Echo(hosts);
        String before = hosts.rules();
        RunningTracker tracker = hosts.track(Unprivileged.program(directory, "net_raw", "net_admin"));
        hosts.scan(Network.PEER, Network.HOST);
        hosts.scan(Network.PEER6, Network.HOST6);
        tracker.out().await("Blocked " + Network.PEER + " ");
        tracker.out().await("Blocked " + Network.PEER6 + " ");
        assertEquals("timed out", echo.connect(Network.PEER, Network.HOST));
        assertEquals("timed out", echo.connect(Network.PEER6, Network.HOST6));
        assertEquals("connected", echo.connect(Network.OTHER, Network.HOST));
        assertEquals(200, tracker.health().status(), "health");
        tracker.end("TERM");
        assertEquals(0, tracker.exitCode(), "exit code");
        assertEquals(before, hosts.rules(), "in the end");
    }
}
