package io.tcptracker.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.Main;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.cli.testing.PcapBuilder;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplayCommandTest {
    private final Path directory;

    ReplayCommandTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Two scans, one of them over IPv6, an ordinary connection, an answer, and a packet that makes no sense. */
    private static PcapBuilder attack() {
        PcapBuilder pcap =
                new PcapBuilder().syn(0, "192.0.2.7", "192.0.2.1", 443).synAck(1, "192.0.2.1", "192.0.2.7", 40_000);
        for (int i = 0; i < 6; i++) {
            pcap.syn(100 + i, "192.0.2.66", "192.0.2.1", 25 - i);
        }
        for (int i = 0; i < 4; i++) {
            pcap.syn(1200 + i, "2001:db8::66", "2001:db8::1", 80 + i);
        }
        return pcap.packet(2000, new byte[] {0x45, 0, 0});
    }

    private static PcapBuilder scan(int ports, int millisApart) {
        PcapBuilder pcap = new PcapBuilder();
        for (int i = 0; i < ports; i++) {
            pcap.syn((long) i * millisApart, "192.0.2.66", "192.0.2.1", 1 + i);
        }
        return pcap;
    }

    private static Invocation replay(Object... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "replay";
        for (int i = 0; i < arguments.length; i++) {
            all[i + 1] = arguments[i].toString();
        }
        return Invocation.of(all);
    }

    @Test
    void textTellsCountsScansAndWhatMadeNoSense() throws IOException {
        Path file = attack().write(directory.resolve("attack.pcap"));
        Invocation replay = replay(file);
        assertEquals(file + """
                : 13 packets, 11 new connections, 2 scans
                  192.0.2.66 scanned 192.0.2.1, detected at 2023-11-14T22:13:20.103Z: ports 22, 23, 24, 25
                  2001:db8::66 scanned 2001:db8::1, detected at 2023-11-14T22:13:21.203Z: ports 80, 81, 82, 83
                  could not be decoded: 1 (truncated)
                """, replay.out());
        assertEquals("", replay.err());
        assertEquals(ExitCode.DONE, replay.exit());
    }

    @Test
    void jsonIsOneObjectALine() throws IOException {
        Path file = attack().write(directory.resolve("attack.pcap"));
        Path quiet = new PcapBuilder().write(directory.resolve("quiet.pcap"));
        Invocation replay = replay("--json", file, quiet);
        assertEquals(
                "{\"file\":\"" + file
                        + "\",\"packets\":13,\"newConnections\":11,\"answers\":0,\"undecodable\":1,\"truncated\":false,"
                        + "\"scans\":[{\"source\":\"192.0.2.66\",\"destination\":\"192.0.2.1\","
                        + "\"detectedAt\":\"2023-11-14T22:13:20.103Z\",\"ports\":[22,23,24,25],\"rule\":\"vertical\",\"kind\":\"syn\",\"prefix\":\"192.0.2.66\",\"addresses\":1,\"hosts\":1,"
                        + "\"evidence\":{\"answered\":[],\"refused\":[],\"silent\":[],\"first\":\"2023-11-14T22:13:20.100Z\",\"last\":\"2023-11-14T22:13:20.103Z\"}},"
                        + "{\"source\":\"2001:db8::66\",\"destination\":\"2001:db8::1\","
                        + "\"detectedAt\":\"2023-11-14T22:13:21.203Z\",\"ports\":[80,81,82,83],\"rule\":\"vertical\",\"kind\":\"syn\",\"prefix\":\"2001:db8::/64\",\"addresses\":1,\"hosts\":1,"
                        + "\"evidence\":{\"answered\":[],\"refused\":[],\"silent\":[],\"first\":\"2023-11-14T22:13:21.200Z\",\"last\":\"2023-11-14T22:13:21.203Z\"}}]}\n"
                        + "{\"file\":\"" + quiet
                        + "\",\"packets\":0,\"newConnections\":0,\"answers\":0,\"undecodable\":0,"
                        + "\"truncated\":false,\"scans\":[]}\n",
                replay.out());
        assertEquals(ExitCode.DONE, replay.exit());
    }

    @Test
    void eachFileIsItsOwnStory() throws IOException {
        // Two ports in each are no scan together.
        Path one = new PcapBuilder()
                .syn(0, "192.0.2.66", "192.0.2.1", 1)
                .syn(1, "192.0.2.66", "192.0.2.1", 2)
                .write(directory.resolve("one.pcap"));
        Path two = new PcapBuilder()
                .syn(2, "192.0.2.66", "192.0.2.1", 3)
                .syn(3, "192.0.2.66", "192.0.2.1", 4)
                .write(directory.resolve("two.pcap"));
        assertEquals(
                one + ": 2 packets, 2 new connections, 0 scans\n" + two + ": 2 packets, 2 new connections, 0 scans\n",
                replay(one, two).out());
    }

    @Test
    void scanIsReportedOnceHoweverLongItGoesOn() throws IOException {
        Path file = scan(500, 1000).write(directory.resolve("long.pcap"));
        Invocation replay = replay(file);
        assertTrue(replay.out().startsWith(file + ": 500 packets, 500 new connections, 1 scan\n"), replay.out());
    }

    @Test
    void damagedFileIsReportedAsFarAsItGoesAndTheOthersToo() throws IOException {
        Path good = scan(4, 1).write(directory.resolve("good.pcap"));
        Path damaged = scan(5, 1).cut(3).write(directory.resolve("damaged.pcap"));
        Path last = scan(4, 1).write(directory.resolve("last.pcap"));
        Invocation replay = replay(good, damaged, last);
        String found = "  192.0.2.66 scanned 192.0.2.1, detected at 2023-11-14T22:13:20.003Z: ports 1, 2, 3, 4\n";
        assertEquals(
                good + ": 4 packets, 4 new connections, 1 scan\n" + found + damaged
                        + ": 4 packets, 4 new connections, 1 scan\n" + found + last
                        + ": 4 packets, 4 new connections, 1 scan\n" + found,
                replay.out());
        assertEquals(
                "tcptracker: " + damaged + ": damaged at byte 248: the file ends in the middle of a packet\n",
                replay.err());
        assertEquals(ExitCode.BAD_INPUT, replay.exit());
    }

    @Test
    void damageIsToldInJsonToo() throws IOException {
        Path damaged = scan(1, 1).cut(3).write(directory.resolve("damaged.pcap"));
        assertTrue(
                replay("--json", damaged)
                        .out()
                        .contains("\"truncated\":true,\"scans\":[],\"error\":\"" + damaged + ": damaged at byte"),
                replay("--json", damaged).out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "absent",
                "directory",
                "empty",
                "text",
                "gzip",
                "gzip cut",
                "gzip corrupt",
                "good.pcap/below",
                "long"
            })
    void fileThatCannotBeReadHidesNoOther(String kind) throws IOException {
        Path good = scan(4, 1).write(directory.resolve("good.pcap"));
        Path bad = directory.resolve(kind.equals("long") ? "x".repeat(300) : kind);
        switch (kind) {
            case "directory" -> Files.createDirectory(bad);
            case "empty" -> Files.createFile(bad);
            case "text" -> Files.writeString(bad, "no capture file, although it is long enough for one");
            case "gzip" -> Files.write(bad, new byte[] {0x1f, (byte) 0x8b});
            case "gzip cut" -> Files.write(bad, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
            case "gzip corrupt" -> Files.write(bad, new byte[] {0x1f, (byte) 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
            default -> {}
        }
        Invocation replay = replay(bad, good, bad, good);
        assertEquals(
                2,
                replay.out()
                        .lines()
                        .filter((good + ": 4 packets, 4 new connections, 1 scan")::equals)
                        .count());
        assertTrue(replay.err().matches("(tcptracker: \\Q" + bad + "\\E: \\S.*\n){2}"), replay.err());
        boolean missing = List.of("absent", "good.pcap/below", "long").contains(kind);
        assertEquals(missing ? 66 : 65, replay.exit());
        assertEquals(!missing && !kind.equals("directory"), replay.out().contains(bad + ": 0 packets"), replay.out());
    }

    @Test
    void packedFileIsReadAsItIs() throws IOException {
        Path plain = scan(4, 1).write(directory.resolve("plain.pcap"));
        Path packed = directory.resolve("packed.pcap.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(plain, out);
        }
        assertEquals(
                replay(plain).out().replace("plain.pcap", "packed.pcap.gz"),
                replay(packed).out());
    }

    @Test
    void standardInputIsReadThroughAPipeAndFromAFile() throws IOException {
        Path file = attack().write(directory.resolve("attack.pcap"));
        String expected = replay("--json", file).out().replace(file.toString(), "-");
        assertEquals(expected, piped("cat \"$0\" | \"$@\"", file, "--json", "-").orThrow());
        assertEquals(
                expected, piped("gzip < \"$0\" | \"$@\"", file, "--json", "-").orThrow());
        assertEquals(expected, piped("\"$@\" < \"$0\"", file, "--json", "-").orThrow());
        assertEquals(
                expected.replace("\"-\"", "\"/dev/stdin\""),
                piped("cat \"$0\" | \"$@\"", file, "--json", "/dev/stdin").orThrow());
        Shell.Result nothing = piped("true \"$0\" | \"$@\"", file, "-");
        assertEquals("tcptracker: standard input: is empty\n", nothing.err());
        assertEquals(ExitCode.BAD_INPUT, nothing.exit());
    }

    /** The command in a process of its own; the script has the file as $0 and the command as $@. */
    private static Shell.Result piped(String script, Path file, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, file.toString()));
        command.addAll(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "replay"));
        command.addAll(List.of(arguments));
        return Shell.run(command);
    }

    @ParameterizedTest
    @CsvSource({
        "--ports 3,             4, 1, 1",
        "--ports 4,             4, 1, 0",
        "--ports 4,             5, 1, 1",
        "--ports 1,             2, 1, 1",
        "--ports 1000,          1001, 1, 1",
        "--ports 1000,          1000, 1, 0",
        "--window 30ms,         4, 10, 1",
        "--window 29ms,         4, 10, 0",
        "--window 24h,          4, 28800000, 1",
        "--ports 1 --window 1s, 2, 1001, 0",
    })
    void portsAndWindowSayWhatAScanIs(String options, int ports, int millisApart, int scans) throws IOException {
        Path file = scan(ports, millisApart).write(directory.resolve("file.pcap"));
        Invocation replay = Invocation.of(("replay --json " + options + " " + file).split(" ", -1));
        assertEquals(scans, replay.out().split("detectedAt", -1).length - 1, replay.out());
        assertEquals(ExitCode.DONE, replay.exit());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--ports 0",
                "--ports 1001",
                "--ports -1",
                "--ports 4294967299",
                "--ports 3.5",
                "--window 0",
                "--window 25h",
                "--window 60",
                "--window 999999999d"
            })
    void portsAndWindowOutOfRangeAreUsageErrors(String options) {
        Invocation replay = Invocation.of(("replay absent.pcap " + options).split(" ", -1));
        assertEquals(2, replay.err().lines().count(), replay.err());
        assertTrue(replay.err().endsWith("\nTry 'tcptracker replay --help'.\n"), replay.err());
        assertEquals("", replay.out());
        assertEquals(ExitCode.USAGE, replay.exit());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\"b\\c",
                "two\nlines",
                "\u001b]0;owned\u0007\u009b2J",
                "tab\tbell\u0007\u007f",
                "@file",
                "\u00fc\u65e5\ud83d\ude00"
            })
    void fileNameDoesNoHarmWhateverItIs(String name) throws IOException {
        for (Path file : new Path[] {scan(1, 1).write(directory.resolve(name)), directory.resolve(name + " absent")}) {
            Invocation text = replay(file);
            Invocation json = replay("--json", file);
            assertEquals(Files.exists(file) ? 1 : 0, text.out().lines().count(), text.out());
            assertEquals(1, json.out().lines().count(), json.out());
            assertTrue(text.err().lines().count() <= 1, text.err());
            String all = text.out() + text.err() + json.out() + json.err();
            assertTrue(all.replace("\n", "").chars().noneMatch(Character::isISOControl), all);
            assertTrue(json.out().startsWith("{\"file\":" + Json.of(file) + ",\"packets\":"), json.out());
        }
    }

    @Needs(programs = "sh")
    @Test
    void sampleCaptureIsReadAsItSays() throws IOException {
        Path script = sampleScript();
        Path file = directory.resolve("sample.pcap");
        Shell.run("sh", "-c", "sh \"$0\" > \"$1\"", script.toString(), file.toString())
                .orThrow();
        assertEquals(file + """
                : 10 packets, 10 new connections, 1 scan
                  192.0.2.66 scanned 192.0.2.1, detected at 2023-11-14T22:13:20.350Z: ports 21, 22, 23, 25
                """, replay(file).out());
    }

    private static Path sampleScript() {
        Path from = Path.of(System.getProperty("user.dir")).toAbsolutePath();
        for (Path at = from; at != null; at = at.getParent()) {
            Path script = at.resolve("packaging/sample-capture.sh");
            if (Files.exists(script)) {
                return script;
            }
        }
        throw new IllegalStateException("no packaging/sample-capture.sh above " + from);
    }
}
