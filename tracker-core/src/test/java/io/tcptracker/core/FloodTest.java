package io.tcptracker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PairHash;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.DetectorStatistics;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the bounded memory forgets, and what it keeps, when more arrives than fits. */
final class FloodTest {
    private static final long SECOND = 1_000_000_000;
    private static final int VICTIM = 1;

    private long now;

    /** What the victim answers: nothing, or an RST to each, or that to the forged sources alone. */
    private enum Answers {
        NONE,
        REFUSED,
        REFUSED_BUT_SCANNERS
    }

    @ParameterizedTest
    @CsvSource({
        "1, false, NONE",
        "2, false, NONE",
        "3, false, NONE",
        "4, true, NONE",
        "5, false, REFUSED",
        "6, true, REFUSED",
        "7, false, REFUSED_BUT_SCANNERS",
        "8, true, REFUSED_BUT_SCANNERS",
    })
    void defaultFindsEachScannerOnItsFourthPortIn100000ForgedSourcesASecond(
            long seed, boolean reordered, Answers answers) {
        int scanners = 20;
        long gap = 5 * SECOND;
        Random random = new Random(seed);
        ScanPolicy policy = answers == Answers.NONE
                ? ScanPolicy.DEFAULT
                : ScanPolicy.DEFAULT.withUnanswered(2, Duration.ofSeconds(1));
        ScanDetector detector = new ScanDetector(policy, new PairHash(random.nextLong(), seed));
        long[] next = random.longs(scanners, 30 * SECOND, 30 * SECOND + gap).toArray();
        int[] tried = new int[scanners];
        List<String> told = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (; now < 65 * SECOND; now += SECOND / 100_000) {
            Segment forged = forged(time(random, reordered), random);
            assertEquals(List.of(), detector.add(forged));
            if (answers != Answers.NONE) {
                assertEquals(List.of(), detector.add(refusal(forged)));
            }
            for (int i = 0; i < scanners; i++) {
                if (next[i] <= now) {
                    next[i] += gap;
                    tried[i]++;
                    if (tried[i] == 4) {
                        expected.add("scanner " + i + " port 4");
                    }
                    String event = "scanner " + i + " port " + tried[i];
                    Segment attempt = Segment.v4(time(random, reordered), i, 40_000, VICTIM, tried[i], Segment.SYN);
                    detector.add(attempt).forEach(scan -> told.add(event));
                    if (answers == Answers.REFUSED) {
                        assertEquals(List.of(), detector.add(refusal(attempt)));
                    }
                }
            }
        }
        assertEquals(scanners, expected.size());
        assertEquals(expected, told);
    }

    @Test
    void scannersThatMeetSilenceAreFoundWhenTheTimeForAnAnswerIsOverInTheMidstOfAFlood() {
        int scanners = 1_000;
        ScanDetector detector =
                new ScanDetector(ScanPolicy.DEFAULT.withUnanswered(2, Duration.ofSeconds(1)), new PairHash(1, 2));
        Random random = new Random(1);
        List<IpAddress> expected = new ArrayList<>();
        List<IpAddress> found = new ArrayList<>();
        for (int i = 0; now < 3 * SECOND; i++, now += SECOND / 100_000) {
            Segment forged = forged(now, random);
            List<Scan> scans = new ArrayList<>(detector.add(forged));
            scans.addAll(detector.add(refusal(forged)));
            if (i % 100 == 0 && i / 100 < scanners) {
                for (int port = 1; port <= 4; port++) {
                    scans.addAll(detector.add(Segment.v4(now, i, 40_000, VICTIM, port, Segment.SYN)));
                }
                expected.add(IpAddress.v4(i));
            }
            for (Scan scan : scans) {
                found.add(scan.source());
                Duration after = Duration.between(scan.evidence().last(), scan.detectedAt());
                assertTrue(after.toMillis() >= 1_000 && after.toMillis() <= 1_004, "after " + after);
            }
        }
        assertEquals(scanners, expected.size());
        // Those of one slice of the time are told together.
        assertEquals(expected.size(), found.size());
        assertTrue(found.containsAll(expected), "found: " + found);
    }

    private static Segment refusal(Segment attempt) {
        IpAddress scanner = attempt.source();
        int port = attempt.destinationPort();
        return new Segment(
                attempt.time(), IpAddress.v4(VICTIM), port, scanner, attempt.sourcePort(), Segment.RST | Segment.ACK);
    }

    /** As several queues of a device deliver packets, each in order, many are some microseconds late. */
    private long time(Random random, boolean reordered) {
        return reordered && random.nextInt(4) == 0 ? now - random.nextInt(50_000) : now;
    }

    /** Of an address that no scanner here has. */
    private static Segment forged(long now, Random random) {
        int source = random.nextInt() | 1 << 31;
        return Segment.v4(now, source, 40_000, VICTIM, random.nextInt(4) == 0 ? 443 : 80, Segment.SYN);
    }

    @Test
    void pairOfSeveralPortsIsSafeFromAnyNumberOfPairsOfOne() {
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofHours(24), 2));
        add(detector, 0, 1);
        add(detector, 0, 2);
        add(detector, 0, 3);
        for (int i = 1; i < 300_000; i++) {
            assertFalse(add(detector, i, 80), "taken for another: " + i);
        }
        assertTrue(add(detector, 0, 4), "the scan was hidden");
        assertEquals(0, detector.statistics().forgottenAfterSeveralPorts());
    }

    @Test
    void fewestPortsGiveWayFirstThenTheLongestQuietAndReportedOnesLast() {
        // Room for eight pairs that tried several ports, all in one set.
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofHours(24), 2));
        tries(detector, 0, 4); // reported
        tries(detector, 1, 3);
        tries(detector, 2, 2);
        tries(detector, 3, 2);
        tries(detector, 4, 3);
        tries(detector, 5, 4); // reported
        tries(detector, 6, 3);
        tries(detector, 7, 3);
        assertEquals(0, detector.statistics().forgottenAfterSeveralPorts());

        tries(detector, 8, 3);
        tries(detector, 9, 3);
        assertEquals(2, detector.statistics().forgottenAfterSeveralPorts());
        tries(detector, 10, 2);
        assertEquals(3, detector.statistics().forgottenAfterSeveralPorts());
        for (int kept : new int[] {4, 6, 7, 8, 9}) {
            assertTrue(add(detector, kept, 9), "source " + kept + " was forgotten");
        }
        for (int port = 9; port <= 12; port++) {
            assertFalse(add(detector, 0, port) || add(detector, 5, port), "a reported scan was reported anew");
        }
        assertEquals(3, detector.statistics().forgottenAfterSeveralPorts());
    }

    @Test
    void newcomersHaveRoomThoughAllOthersAreReported() {
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofHours(24), 2));
        for (int i = 0; i < 8; i++) {
            tries(detector, i, 4);
        }
        tries(detector, 8, 3);
        assertTrue(add(detector, 8, 4), "the ninth scanner was not found");
    }

    /** Tries that many ports, of which only the fourth makes a scan. */
    private void tries(ScanDetector detector, int source, int ports) {
        for (int port = 1; port <= ports; port++) {
            assertEquals(port == 4, add(detector, source, port), "source " + source + ", port " + port);
        }
    }

    private boolean add(ScanDetector detector, int source, int port) {
        return !detector.add(Segment.v4(now++, source, 40_000, VICTIM, port, Segment.SYN))
                .isEmpty();
    }

    @Test
    void scannersAreFoundThoughAFalseTimeHasSetTheClockForward() {
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofSeconds(60), 1_000));
        detector.add(Segment.v4(86_400 * SECOND, 0, 40_000, VICTIM, 80, Segment.SYN));
        tries(detector, 1, 3);
        for (int i = 0; i < 20_000; i++) {
            add(detector, 100 + i, 80);
        }
        tries(detector, 2, 4);
        assertTrue(add(detector, 1, 4), "the scan that was on was forgotten");
    }

    @Test
    void statisticsTellThatTheMemoryIsTooSmall() {
        int room = 17_400;
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofSeconds(60), 1_000), new PairHash(1, 2));
        Random random = new Random(1);
        for (int i = 0; i < room / 4; i++) {
            detector.add(forged(now += SECOND / 1_000, random));
        }
        assertEquals(
                new DetectorStatistics(room / 4, 0, 0, Duration.ofSeconds(60), 0), detector.statistics(), "no flood");

        int flood = 20 * room;
        for (int i = 0; i < flood; i++) {
            detector.add(forged(now += SECOND / 10_000, random));
        }
        DetectorStatistics full = detector.statistics();
        assertTrue(full.pairsWatched() <= room + 1_000 && full.pairsWatched() > room * 0.99, "watched: " + full);
        assertTrue(
                full.forgottenAfterOnePort() <= flood && full.forgottenAfterOnePort() > flood * 0.95,
                "given up: " + full);
        assertEquals(0, full.forgottenAfterSeveralPorts());
        // So many places at 10,000 a second.
        assertNear(1_740, full.reach().toMillis(), 200, "reach: " + full);

        now += Duration.ofSeconds(61).toNanos();
        for (int i = 0; i < 4_000; i++) {
            detector.add(forged(now += SECOND / 1_000, random));
        }
        DetectorStatistics over = detector.statistics();
        assertNear(4_000, over.pairsWatched(), 10, "watched after the flood: " + over);
        assertEquals(full.forgottenAfterOnePort(), over.forgottenAfterOnePort(), "given up after the flood");
        assertNear(60_000, over.reach().toMillis(), 500, "reach after the flood: " + over);
    }

    private static void assertNear(long expected, long actual, long within, String what) {
        assertTrue(Math.abs(actual - expected) <= within, what);
    }
}
