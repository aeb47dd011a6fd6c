package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.PairHash;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scanners that are slower than a minute's window lets them be found. */
final class PatienceTest {
    private static final long SECOND = 1_000_000_000;
    private static final long PAUSE = 120 * SECOND;
    private static final int VICTIM = 1;
    /** As {@code --rule slow:20/1h} has it, which shares the memory with the rule by the minute. */
    private static final ScanPolicy SLOW = new ScanPolicy(
                    Rule.SLOW, 19, Duration.ofHours(1), 0, Duration.ofSeconds(1), 64, false, 2)
            .withMemory(24L << 20);

    @Test
    void onePortEveryTwoMinutesIsFoundAtTheTwentieth() {
        ScanDetector detector = new ScanDetector(SLOW);
        ScanDetector byTheMinute = new ScanDetector(ScanPolicy.DEFAULT);
        List<Scan> found = new ArrayList<>();
        for (int port = 1; port <= 29; port++) {
            Segment attempt = Segment.v4(port * PAUSE, 7, 40_000, VICTIM, port, Segment.SYN);
            found.addAll(detector.add(attempt));
            assertEquals(List.of(), byTheMinute.add(attempt));
            assertEquals(port < 20 ? 0 : 1, found.size(), "after port " + port);
        }
        assertEquals(Rule.SLOW, found.get(0).rule());
        assertEquals(20, found.get(0).ports().size());
    }

    @Test
    void onePortEveryFourMinutesIsNot() {
        ScanDetector detector = new ScanDetector(SLOW);
        for (int port = 1; port <= 500; port++) {
            assertEquals(List.of(), detector.add(Segment.v4(2 * PAUSE * port, 7, 40_000, VICTIM, port, Segment.SYN)));
        }
    }

    /** With what is answered too, as {@code --unanswered} holds for this rule as well. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void eachIsFoundAtTheTwentiethPortAmong2000ForgedSourcesASecond(int unanswered) {
        int scanners = 20;
        Random random = new Random(1);
        ScanDetector detector =
                new ScanDetector(SLOW.withUnanswered(unanswered, Duration.ofSeconds(1)), new PairHash(1, 2));
        long[] next = random.longs(scanners, 0, PAUSE).toArray();
        int[] tried = new int[scanners];
        List<String> told = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (long now = 0; now < 20 * PAUSE; now += SECOND / 2_000) {
            assertEquals(
                    List.of(),
                    detector.add(Segment.v4(now, random.nextInt() | 1 << 31, 40_000, VICTIM, 80, Segment.SYN)));
            for (int i = 0; i < scanners; i++) {
                if (next[i] <= now) {
                    next[i] += PAUSE;
                    int port = ++tried[i];
                    if (port == 20) {
                        expected.add("scanner " + i + " port 20");
                    }
                    detector.add(Segment.v4(now, i, 40_000, VICTIM, port, Segment.SYN))
                            .forEach(scan -> told.add("scanner " + scan.source().low() % 256 + " port " + port));
                    assertEquals(
                            List.of(),
                            detector.add(Segment.v4(now, VICTIM, port, i, 40_000, Segment.RST | Segment.ACK)));
                }
            }
        }
        assertEquals(scanners, expected.size());
        assertEquals(expected, told);
    }
}
