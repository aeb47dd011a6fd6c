package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import io.tcptracker.testing.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * Captures of others, replayed, against what tshark says of them. They lie beside the source tree, since their licences
 * differ; where they don't, this is skipped.
 */
@Needs(programs = "jq")
@Timeout(100)
class ReplayTruthEndToEnd {
    private static final Path CAPTURES =
            Hosts.HOME.resolve("../shared/captures").normalize();

    /** What lies below TCP in frames that are promised to be read; not wireless frames, nor what is in a tunnel. */
    private static final Pattern PROMISED =
            Pattern.compile("(eth(:vlan){0,3}(:pppoes:ppp|(:mpls)+)?:|sll:|raw:|null:|)(ip|ipv6(:ipv6\\.[a-z]+)*)");

    private static final Pattern STACK = Pattern.compile("([a-z0-9_.:]+)\\*(\\d+)");

    /** One line of the replay's output. */
    private record Found(long connections, boolean truncated, List<String> scans) {}

    @BeforeAll
    static void captures() {
        assumeTrue(Files.exists(CAPTURES.resolve("TRUTH.tsv")), "there are no captures in " + CAPTURES);
    }

    @Test
    void findsTheScansOfEachCapture() throws IOException {
        List<Map<String, String>> rows = rows();
        assertTrue(rows.size() > 20, () -> "rows: " + rows.size());
        Result sound = replay(rows, false);
        Result damaged = replay(rows, true);
        assertEquals(0, sound.exit(), sound::err);
        assertEquals("", sound.err(), "complaints about sound files");
        assertEquals(65, damaged.exit(), damaged::err);
        assertEquals(2, damaged.err().lines().count(), damaged::err);

        Map<String, Found> found = found(sound.out() + damaged.out());
        assertEquals(rows.size(), found.size(), () -> "files in " + found.keySet());
        assertAll(rows.stream().map(row ->
                (Executable) () -> assertEquals(expected(row), found.get(row.get("file")), () -> "in " + row)));
    }

    @Test
    void saysOfEachDamagedFileThatItIs() throws IOException {
        List<Map<String, String>> damaged =
                rows().stream().filter(ReplayTruthEndToEnd::damaged).toList();
        assertEquals(2, damaged.size(), () -> "damaged: " + damaged);
        for (Map<String, String> row : damaged) {
            Result result = replay(List.of(row), true);
            assertEquals(65, result.exit(), result::err);
            assertTrue(result.err().startsWith("tcptracker: "), result::err);
            assertTrue(result.err().contains(row.getOrDefault("file", "")), result::err);
            assertEquals(1, result.err().lines().count(), result::err);
        }
    }

    private static List<Map<String, String>> rows() throws IOException {
        List<String> lines = Files.readAllLines(CAPTURES.resolve("TRUTH.tsv"));
        String[] names = lines.get(0).split("\t", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split("\t", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < names.length; i++) {
                row.put(names[i], fields[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    private static boolean damaged(Map<String, String> row) {
        return row.getOrDefault("facts", "").contains("wireshark=");
    }

    private static Result replay(List<Map<String, String>> rows, boolean damaged) {
        Stream<String> files = rows.stream()
                .filter(row -> damaged(row) == damaged)
                .map(row -> CAPTURES.resolve(row.getOrDefault("file", "")).toString());
        return Shell.run(Stream.concat(Stream.of(Hosts.PROGRAM, "replay", "--json"), files)
                .toList());
    }

    private static Found expected(Map<String, String> row) {
        String scans = row.getOrDefault("scans_all", "");
        if (scans.equals("=")) {
            scans = row.getOrDefault("scans4", "");
        }
        List<String> pairs = Stream.of(scans.split(";", -1))
                .filter(scan -> !scan.equals("-"))
                .map(scan -> scan.substring(0, scan.lastIndexOf(':')))
                .sorted()
                .toList();
        return new Found(promised(row.getOrDefault("facts", "")), damaged(row), pairs);
    }

    private static long promised(String facts) {
        long frames = 0;
        for (String fact : facts.split(" \\| ", -1)) {
            Matcher stack = STACK.matcher(fact.startsWith("stacks=") ? fact.substring("stacks=".length()) : "");
            while (stack.find()) {
                if (PROMISED.matcher(stack.group(1)).matches()) {
                    frames += Long.parseLong(stack.group(2));
                }
            }
        }
        return frames;
    }

    private static Map<String, Found> found(String json) throws IOException {
        Path file = Files.createTempFile("tcptracker", ".json");
        try {
            Files.writeString(file, json);
            String filter = "[.file, .newConnections, .truncated,"
                    + " (.scans[] | .source + \">\" + .destination + \"@\" + .detectedAt)] | @tsv";
            Map<String, Found> found = new HashMap<>();
            Shell.run("jq", "-r", filter, file.toString()).orThrow().lines().forEach(line -> {
                List<String> fields = Arrays.asList(line.split("\t", -1));
                List<String> scans = fields.subList(3, fields.size()).stream()
                        .map(ReplayTruthEndToEnd::scan)
                        .sorted()
                        .toList();
                Found one = new Found(Long.parseLong(fields.get(1)), Boolean.parseBoolean(fields.get(2)), scans);
                found.put(Path.of(fields.get(0)).toFile().getName(), one);
            });
            return found;
        } finally {
            Files.delete(file);
        }
    }

    /** With the time as the truth has it. */
    private static String scan(String text) {
        int at = text.lastIndexOf('@');
        Instant time = Instant.parse(text.substring(at + 1));
        return String.format("%s@%d.%09d", text.substring(0, at), time.getEpochSecond(), time.getNano());
    }
}
