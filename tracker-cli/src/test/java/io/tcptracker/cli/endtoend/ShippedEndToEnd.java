package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import io.tcptracker.testing.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What lies around the jar: the script that starts it, and the demonstration. */
@Timeout(100)
class ShippedEndToEnd {
    private static final Pattern DEMO = Pattern.compile("tcptracker-(?:demo|try)-(\\d+).*");

    @TempDir
    Path directory;

    @Test
    void theProgramStartsFromAnywhereAndThroughLinks() throws IOException {
        Path link = directory.resolve("tt");
        Path second = Files.createDirectory(directory.resolve("a b")).resolve("tt");
        try {
            Files.createSymbolicLink(link, Path.of(Hosts.PROGRAM));
            Files.createSymbolicLink(second, Path.of("../tt"));
            for (String call : List.of(link.toString(), "./tt", "'a b/tt'", "PATH=\"$PWD/a b:$PATH\"; tt")) {
                Result result = Shell.run("sh", "-c", "cd '" + directory + "' && " + call + " --version");
                assertTrue(result.orThrow().matches("tcptracker \\d\\S*, Java \\d\\S*\n"), () -> call + ": " + result);
            }
        } finally {
            Files.deleteIfExists(second);
            Files.deleteIfExists(link);
        }
    }

    @Test
    void theProgramHasRoomForTheMemoryThatIsAskedFor() throws IOException {
        Path capture = Files.writeString(directory.resolve("none.pcap"), "");
        for (String call :
                List.of("replay --memory=1G", "replay --memory 1G", "replay --memory 1M", "replay --memory 08M")) {
            Result result = Shell.run("sh", "-c", Hosts.PROGRAM + " " + call + " '" + capture + "'");
            assertEquals(ExitCode.BAD_INPUT, result.exit(), () -> call + ": " + result);
        }
        for (String call :
                List.of("replay --memory=x", "replay --memory xM", "replay --memory 99999999999999999999G")) {
            Result result = Shell.run("sh", "-c", Hosts.PROGRAM + " " + call + " '" + capture + "'");
            assertEquals(ExitCode.USAGE, result.exit(), () -> call + ": " + result);
        }
    }

    @Test
    void theProgramStartsEvenWithADamagedClassArchive() throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path lib = Files.createDirectory(directory.resolve("lib"));
        Path program =
                Files.copy(Path.of(Hosts.PROGRAM), bin.resolve("tcptracker"), StandardCopyOption.COPY_ATTRIBUTES);
        Path jar = Files.copy(Hosts.HOME.resolve("tracker-cli/target/tcptracker.jar"), lib.resolve("tcptracker.jar"));
        Path archive = lib.resolve("tcptracker.jsa");
        Shell.run(Hosts.HOME.resolve("packaging/class-archive.sh").toString(), jar.toString())
                .orThrow();
        assertTrue(Files.exists(archive), "an archive was made");
        for (String spoil : List.of("true", "touch lib/tcptracker.jar", "echo nonsense >lib/tcptracker.jsa")) {
            Result result = Shell.run(
                    "sh",
                    "-c",
                    "cd '" + directory + "' && chmod u+w lib/* && " + spoil + " && " + program + " --version");
            assertTrue(result.orThrow().matches("tcptracker \\d\\S*, Java \\d\\S*\n"), () -> spoil + ": " + result);
            assertEquals("", result.err(), () -> spoil + ": " + result);
        }
    }

    @Test
    @Needs(
            namespaces = true,
            programs = {"make", "nmap", "curl", "iptables"})
    void theDemonstrationShowsABanAndLeavesNothingBehind() {
        List<String> before = leftovers();
        String shown = Shell.run("make", "-C", Hosts.HOME.toString(), "demo").orThrow();
        for (String expected : List.of(
                "Port scan detected: 10.98.0.66 -> 10.98.0.1",
                "Blocked 10.98.0.66 until ",
                " new connections in all\n",
                "tcptracker_blocked_sources 1.0\n")) {
            assertTrue(shown.contains(expected), () -> "no '" + expected + "' in " + shown);
        }
        String end = shown.substring(shown.lastIndexOf("== Stopping"));
        List<String> rules = end.lines().filter(line -> line.startsWith("-")).toList();
        assertEquals(List.of("-P INPUT ACCEPT", "-P FORWARD ACCEPT", "-P OUTPUT ACCEPT"), rules, "rules in the end");
        assertEquals(before, leftovers(), "network namespaces that are left");
    }

    @Test
    @Needs(
            namespaces = true,
            programs = {"make", "setpriv"})
    void theDemonstrationShowsASampleToAnUnprivilegedUser() {
        List<String> nobody =
                List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs");
        Path jar = Hosts.HOME.resolve("tracker-cli/target/tcptracker.jar");
        assumeTrue(as(nobody, "test", "-r", jar.toString()).exit() == 0, "nobody can't read this source tree");
        List<String> before = leftovers();
        String shown = as(nobody, "make", "-C", Hosts.HOME.toString(), "demo").orThrow();
        assertTrue(shown.contains("sample.pcap: "), shown);
        assertTrue(shown.contains(" scanned "), shown);
        assertEquals(before, leftovers(), "network namespaces that are left");
    }

    private static Result as(List<String> user, String... command) {
        List<String> all = new ArrayList<>(user);
        all.addAll(List.of(command));
        return Shell.run(all);
    }

    @Test
    @Needs(programs = {"tcpdump", "java"})
    void theReplayCountsLikeTcpdump() {
        String bench = Hosts.HOME.resolve("bench/replay").toString();
        assertEquals("""
                mix: both count 1039 of 20000 packets as new connections
                syns: both count 20000 of 20000 packets as new connections
                """, Shell.run(bench, "--check").orThrow());
    }

    @Test
    @Needs(
            namespaces = true,
            programs = {"gcc", "javac", "python3", "curl", "tcpdump", "ethtool"})
    void theLiveMeasurementSeesOrMissesEachPacketThatWasSent() {
        List<String> said = Shell.run(Hosts.HOME.resolve("bench/live").toString(), "--check")
                .orThrow()
                .lines()
                .toList();
        assertEquals(4, said.size(), said.toString());
        assertTrue(said.stream().allMatch(line -> line.startsWith("ok: ")), said.toString());
    }

    @Test
    @Needs(
            namespaces = true,
            programs = {"gcc", "python3", "curl", "iptables", "ipset", "nft"})
    void theFirewallMeasurementSeesOnlyScannersBlocked() {
        Result said = Shell.run(Hosts.HOME.resolve("bench/firewall").toString(), "--check");
        assertEquals(0, said.exit(), said::toString);
    }

    @Test
    @Needs(
            namespaces = true,
            programs = {"python3", "curl", "iptables", "ipset", "nmap", "masscan", "hping3", "tcpdump"})
    void onlyScannersAreReported() {
        Result said = Shell.run(Hosts.HOME.resolve("bench/accuracy").toString(), "--check");
        assertEquals(0, said.exit(), said::toString);
    }

    /** Namespaces of demonstrations that have ended; others may be going on. */
    private static List<String> leftovers() {
        return Shell.run("ip", "netns", "list")
                .orThrow()
                .lines()
                .map(DEMO::matcher)
                .filter(match -> match.matches()
                        && ProcessHandle.of(Long.parseLong(match.group(1))).isEmpty())
                .map(match -> match.group())
                .toList();
    }
}
