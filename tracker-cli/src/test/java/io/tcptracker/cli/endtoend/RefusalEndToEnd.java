package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.cli.testing.Unprivileged;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a tracker refuses at its start: in one line, with the right exit code, and the firewall as it was. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "setpriv", "iptables", "ip6tables"})
@Timeout(100)
class RefusalEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @TempDir
    Path directory;

    @Test
    void whatIsAskedOfItInTheWrongWay() {
        String before = hosts.rules();
        assertRefused(
                69,
                "there is no device nosuch: list the devices with 'tcptracker devices'",
                hosts.tcptracker("run", "-d", "nosuch"));
        assertRefused(
                69,
                "there is no device nosuch: list the devices with 'tcptracker devices'",
                hosts.tcptracker("run", "-d", "nosuch", "--dry-run"));
        assertRefused(2, "the filter 'tcp and' is wrong", run("--filter", "tcp and"));
        assertRefused(2, "the filter 'tcp) or (udp' is wrong", run("--filter", "tcp) or (udp"));
        assertRefused(2, "'--bam'", run("--bam", "5s"));
        assertRefused(2, "'eleven' is not a duration", run("--ban", "eleven"));
        assertRefused(2, "Wrong --ban, --ban-max or --ban-budget: ", run("--ban", "1ms"));
        assertRefused(2, "a length of 0 to 32, not 33", run("--allow", "10.0.0.0/33"));
        assertRefused(2, "There is no default route", hosts.tcptracker("run"));
        assertRefused(2, "Name a command", hosts.tcptracker());
        assertEquals(before, hosts.rules(), "rules");
    }

    private Result run(String... options) {
        return hosts.tcptracker(Stream.concat(Stream.of("run", "-d", Network.DEVICE), Stream.of(options))
                .toArray(String[]::new));
    }

    @Test
    void withoutAnyPrivilege() throws IOException {
        String before = hosts.rules();
        List<String> program = Unprivileged.program(directory);
        assertRefused(77, "CAP_NET_RAW", hosts.tcptracker(program, "run", "-d", Network.DEVICE));
        assertRefused(77, "CAP_NET_RAW", hosts.tcptracker(program, "run", "-d", Network.DEVICE, "--dry-run"));
        assertRefused(77, "CAP_NET_ADMIN", hosts.tcptracker(program, "chain"));
        assertRefused(77, "CAP_NET_ADMIN", hosts.tcptracker(program, "chain", "--flush"));
        assertEquals(before, hosts.rules(), "rules");
    }

    @Test
    void withTheRightToCaptureButNotToBlock() throws IOException {
        String before = hosts.rules();
        List<String> program = Unprivileged.program(directory, "net_raw");
        assertRefused(77, "CAP_NET_ADMIN", hosts.tcptracker(program, "run", "-d", Network.DEVICE));
        assertEquals(before, hosts.rules(), "rules");
    }

    @Test
    void whereThereIsNoIptables() {
        // In a mount namespace of its own, as 'ip netns exec' makes one.
        String without = """
                for directory in $(echo "$PATH:/usr/sbin:/sbin:/usr/local/sbin" | tr : ' '); do
                    if [ -e "$directory/iptables" ]; then
                        mount --bind /dev/null "$(readlink -f "$directory/iptables")"
                    fi
                done
                exec "$@"
                """;
        List<String> program = List.of("sh", "-c", without, "sh", Hosts.PROGRAM);
        for (String variant : List.of("iptables", "ipset")) {
            assertRefused(
                    69,
                    "iptables is not installed",
                    hosts.tcptracker(program, "run", "-d", Network.DEVICE, "--firewall", variant));
        }
        RunningTracker nft = hosts.track(program);
        nft.err().await("blocking with nft .*, as iptables is not installed");
        assertEquals("[]\n", hosts.tcptracker(program, "chain", "--json").orThrow());
        nft.end("TERM");
        RunningTracker dry = hosts.track(program, "--dry-run");
        dry.end("TERM");
        assertEquals(0, dry.exitCode(), "exit code of a dry run");
    }

    @Test
    void asTheSecondTrackerOfANamespace() {
        RunningTracker first = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        first.out().await("Blocked " + Network.PEER + " ");
        String before = hosts.rules();
        assertRefused(
                69, "another tcptracker", hosts.tcptracker("run", "-d", Network.DEVICE, "--listen", "127.0.0.1:8082"));
        assertRefused(69, "another tcptracker", hosts.tcptracker("run", "-d", Network.DEVICE));
        assertRefused(
                69, "port 8081 of 127.0.0.1 is in use", hosts.tcptracker("run", "-d", Network.DEVICE, "--dry-run"));
        assertEquals(before, hosts.rules(), "the chain of the first");
        assertEquals(200, first.health().status(), "health of the first");
        hosts.scan(Network.OTHER, Network.HOST);
        first.out().await("Blocked " + Network.OTHER + " ");
    }

    @Test
    void whereThePortIsTakenLeavesNoChainBehind() {
        hosts.track("--dry-run");
        String before = hosts.rules();
        assertRefused(69, "port 8081 of 127.0.0.1 is in use", hosts.tcptracker("run", "-d", Network.DEVICE));
        assertEquals(before, hosts.rules(), "rules");
        assertRefused(
                69,
                "this host has no such address",
                hosts.tcptracker("run", "-d", Network.DEVICE, "--listen", "192.0.2.1:80"));
        assertEquals(before, hosts.rules(), "rules");
    }

    @Test
    void toReplayWhatIsNoCapture() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.pcap"));
        Path text = Files.writeString(directory.resolve("text.pcap"), "Nothing that anyone captured.\n".repeat(9));
        Path header = directory.resolve("damaged.pcap");
        // A record that claims to be longer than the file.
        Files.write(
                header,
                ("\u00d4\u00c3\u00b2\u00a1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0" + "\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0"
                                + "\0")
                        .getBytes(StandardCharsets.ISO_8859_1));
        for (Path file : List.of(empty, text, header)) {
            assertFailed(65, file.toString(), hosts.tcptracker("replay", file.toString()));
        }
        assertRefused(65, directory + ": is a directory", hosts.tcptracker("replay", directory.toString()));
        Path missing = directory.resolve("missing.pcap");
        assertRefused(66, missing + ": does not exist", hosts.tcptracker("replay", missing.toString()));
    }

    private static void assertRefused(int code, String message, Result result) {
        assertFailed(code, message, result);
        assertEquals("", result.out(), "standard output");
    }

    private static void assertFailed(int code, String message, Result result) {
        assertEquals(code, result.exit(), () -> "exit code; " + result);
        // What was said before it came to the refusal is no part of it.
        List<String> lines = result.err()
                .lines()
                .filter(line -> !line.contains(" INFO "))
                .filter(line -> code != ExitCode.USAGE || !line.matches("(Try 'tcptracker|Possible solutions: ).*"))
                .toList();
        assertEquals(1, lines.size(), () -> "lines of " + result.err());
        assertTrue(lines.get(0).startsWith("tcptracker: "), () -> "start of " + result.err());
        assertTrue(lines.get(0).contains(message), () -> "not '" + message + "' but " + result.err());
        assertFalse(result.err().contains("Exception"), result::err);
    }
}
