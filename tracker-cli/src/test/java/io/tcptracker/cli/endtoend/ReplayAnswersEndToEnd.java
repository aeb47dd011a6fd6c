package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.DeviceSniffer;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.OpenPorts;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a replay makes of the answers in a capture that tcpdump has made of nmap. */
@Needs(
        namespaces = true,
        programs = {"nmap", "tcpdump", "python3"})
@Timeout(100)
class ReplayAnswersEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    void scannerAndClientAreDistinguished() {
        OpenPorts.listen(hosts, 7001, 7005);
        DeviceSniffer wire = new DeviceSniffer(hosts, directory, "tcp");
        hosts.scan(Network.PEER, Network.HOST);
        hosts.knock(Network.OTHER, "7001-7005", Network.HOST);
        String file = wire.fileUntil(Network.OTHER + " and tcp dst port 7005");

        List<String> told = replay("--explain", Network.PEER, file);
        assertTrue(told.get(0).endsWith("; 20 attempts by " + Network.PEER + " at 1 destination"), told::toString);
        assertEquals(
                20,
                told.stream().filter(line -> line.contains("  refused after ")).count(),
                told::toString);
        assertTrue(
                told.get(told.size() - 1)
                        .matches("  a scan at the 4th port, .* after the first: .*; 4 of them refused"),
                told::toString);

        List<String> compared = replay("--try", "vertical:3/60s,unanswered=2", file);
        assertTrue(compared.get(2).matches(".* vertical:3/60s \\(current\\) +2 +1 +1 +0"), compared::toString);
        assertTrue(compared.get(3).matches(".* vertical:3/60s,unanswered=2 +1 +0 +1 +0"), compared::toString);
        assertTrue(
                compared.get(compared.size() - 1)
                        .matches("  " + Network.OTHER + " +" + Network.HOST + " +5 +0 +0  ordinary +1"),
                compared::toString);
    }

    private static List<String> replay(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Hosts.PROGRAM, "replay"));
        command.addAll(List.of(arguments));
        return Shell.run(command).orThrow().lines().toList();
    }
}
