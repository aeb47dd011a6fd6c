package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Captures that others made, against what tshark and tcpdump say of them. They lie outside of the repository, in a
 * directory {@code shared/captures} next to it; where there is none, the test is skipped.
 */
class RecordedCapturesTest {
    private static final Path CAPTURES = Path.of("..", "..", "shared", "captures");

    /** What tshark sees between the begin of the frame and TCP, as far as we promise to see it too. */
    private static final Pattern PROMISED =
            Pattern.compile("(eth(:vlan){0,3}(:pppoes:ppp)?(:mpls)?:|sll:|raw:|null:|)(ip|ipv6(:ipv6\\.[a-z]+)*)");

    private static final Pattern SCAN = Pattern.compile("([^;]+>[^@]+)@([0-9.]+):");

    @TestFactory
    Stream<DynamicTest> agreesWithTheTruth() throws IOException {
        Path truth = CAPTURES.resolve("TRUTH.tsv");
        assumeTrue(Files.exists(truth), "needs captures in " + CAPTURES);
        List<String> lines = Files.readAllLines(truth);
        List<String> columns = List.of(lines.get(0).split("\t", -1));
        return lines.stream().skip(1).map(line -> {
            String[] values = line.split("\t", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                row.put(columns.get(i), values[i]);
            }
            return DynamicTest.dynamicTest(of(row, "file"), () -> check(row));
        });
    }

    /** Who is found if two ports must be unanswered: of those that scan, not those that only the plain rule accuses. */
    @ParameterizedTest
    @CsvSource({
        "benign-ftp-ipv6.pcap,",
        "benign-ftp-passive.pcap,",
        "benign-opcua-loopback.pcap,",
        "benign-rpc-window-slides.pcap,",
        "benign-web-22-interfaces.pcapng,",
        "format-gzip.pcap.gz,",
        "encap-vlan-mpls.pcap,",
        "scan-exactly-4-ports.pcapng, 192.168.1.178>192.168.1.2 CONNECT",
        "scan-xmas-no-syn.pcap, 203.0.113.9>198.51.100.7 XMAS",
    })
    void answersTellScannersFromClients(String name, @Nullable String scan) throws IOException {
        Path capture = CAPTURES.resolve(name);
        assumeTrue(Files.exists(capture), "needs captures in " + CAPTURES);
        ScanDetector detector = new ScanDetector(ScanPolicy.DEFAULT.withUnanswered(2, Duration.ofSeconds(1)));
        List<String> scans = new ArrayList<>();
        try (CaptureFile file = CaptureFile.open(capture)) {
            file.run(detector.sink(found -> scans.add(found.source() + ">" + found.destination() + " "
                    + found.evidence().kind())));
        }
        assertEquals(scan == null ? List.of() : List.of(scan), scans);
    }

    private static void check(Map<String, String> row) throws IOException {
        ScanDetector detector = new ScanDetector(ScanPolicy.DEFAULT);
        Map<String, BigDecimal> scans = new LinkedHashMap<>();
        int[] attempts = {0};
        String damage = "none";
        CaptureFile file = CaptureFile.open(CAPTURES.resolve(of(row, "file")));
        try (file) {
            file.run(segment -> {
                attempts[0] += segment.isAttempt() ? 1 : 0;
                detector.add(segment)
                        .forEach(scan -> scans.putIfAbsent(
                                scan.source() + ">" + scan.destination(), BigDecimal.valueOf(segment.time(), 9)));
            });
        } catch (CaptureException e) {
            damage = String.valueOf(e.getMessage());
        }
        assertEquals(promised(of(row, "facts")), attempts[0], "attempts; damage: " + damage);
        assertEquals(truth(row), scans, "scans; damage: " + damage);
        boolean whole = !of(row, "facts").contains("wireshark=");
        assertEquals(whole, damage.equals("none"), damage);
        if (whole) {
            assertEquals(Long.parseLong(of(row, "packets")), file.statistics().received(), "packets");
        }
    }

    private static int promised(String facts) {
        int sum = 0;
        for (String fact : facts.split(" \\| ", -1)) {
            if (fact.startsWith("stacks=")) {
                for (String stack : fact.substring("stacks=".length()).split(",", -1)) {
                    String[] layersAndCount = stack.split("\\*", -1);
                    sum += PROMISED.matcher(layersAndCount[0]).matches() ? Integer.parseInt(layersAndCount[1]) : 0;
                }
            }
        }
        return sum;
    }

    /** The pairs, each with the time of the packet that first makes it a scan. */
    private static Map<String, BigDecimal> truth(Map<String, String> row) {
        String scans = of(row, "scans_all").equals("=") ? of(row, "scans4") : of(row, "scans_all");
        Map<String, BigDecimal> all = new LinkedHashMap<>();
        Matcher scan = SCAN.matcher(scans);
        while (scan.find()) {
            all.put(scan.group(1), new BigDecimal(scan.group(2)));
        }
        return all;
    }

    private static String of(Map<String, String> row, String column) {
        return Objects.requireNonNull(row.get(column), column);
    }
}
