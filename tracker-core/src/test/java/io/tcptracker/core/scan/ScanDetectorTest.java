package io.tcptracker.core.scan;

import static io.tcptracker.core.net.Segment.ACK;
import static io.tcptracker.core.net.Segment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import io.tcptracker.testing.Scans;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules as timelines: {@code 63.5:22} is an attempt at port 22 after 63.5 s. A {@code !} after it says that it leads to the
 * verdict of a scan, a {@code ~} that the scan goes on. Attempts are of one source at one destination, but for those
 * with a letter before the time, which are at another destination. The policy is the default: more than three ports in
 * 60 s.
 */
final class ScanDetectorTest {
    /** The default with less memory, as many detectors are made here. */
    private static final ScanPolicy POLICY = new ScanPolicy(3, Duration.ofSeconds(60), 1_000);

    private static final IpAddress SOURCE = IpAddress.parse("192.0.2.1");
    private static final IpAddress DESTINATION = IpAddress.parse("198.51.100.1");

    @Test
    void threePortsAreNoScan() {
        timeline("0:21 1:22 2:23");
    }

    @Test
    void fourthPortMakesAScan() {
        timeline("0:21 1:22 2:23 3:24!");
    }

    @Test
    void portsTriedAtTheSameInstantCount() {
        timeline("0:21 0:22 0:23 0:24!");
    }

    @Test
    void attemptExactlyAWindowOldStillCounts() {
        timeline("0:21 20:22 40:23 60:24!");
    }

    @Test
    void attemptANanosecondOlderThanAWindowDoesNotCount() {
        timeline("0:21 20:22 40:23 60.000000001:24");
    }

    @Test
    void attemptANanosecondYoungerThanAWindowCounts() {
        timeline("0:21 20:22 40:23 59.999999999:24!");
    }

    @Test
    void portIsAsOldAsItsLatestAttempt() {
        timeline("0:21 1:22 2:23 50:21 50:22 50:23 110:24!");
        timeline("0:21 1:22 2:23 50:21 50:22 50:23 110.000000001:24");
    }

    @Test
    void pairIsNotForgottenBeforeAWindowIsOver() {
        // 21 and 22 are less than a second after an earlier attempt, and still count when that one doesn't.
        timeline("0:20 0.9:21 0.9:22 60.8:23 60.9:24!");
        timeline("0:20 0.5:20 0.9:21 0.9:21 60.9:22 60.9:23 60.9:24!");
    }

    @Test
    void windowSlides() {
        timeline("0:21 25:22 50:23 75:24 100:25 125:26 150:27 150:28!");
    }

    @Test
    void slowScannerBelowTheThresholdIsNeverReported() {
        timeline("0:1 21:2 42:3 63:4 84:5 105:6 126:7 147:8 168:9 189:10 210:11 231:12");
    }

    @Test
    void distinctPortsCountAndNotAttempts() {
        timeline("0:21 0:21 0:21 1:22 2:21 3:22 4:23 5:21 6:22 7:23 8:23 9:23 10:24!");
    }

    @Test
    void lowestAndHighestPortCount() {
        timeline("0:0 1:65535 2:0 3:65535 4:1 5:65534!");
    }

    @Test
    void scanIsReportedOnceWithinAWindow() {
        timeline("0:21 1:22 2:23 3:24! 3:25 4:26 5:21 30:27 50:28 60:29 63:30");
    }

    @Test
    void scanThatGoesOnIsReportedAgainOnceAWindow() {
        timeline("0:21 1:22 2:23 3:24! 20:25 40:26 60:27 63:28 63.000000001:29~ 80:30 100:31 120:32 123:33 124:34~");
    }

    @Test
    void triesOfTheSamePortsKeepAScanGoingOn() {
        timeline("0:21 1:22 2:23 3:24! 30:21 31:22 32:23 33:24 64:21~");
    }

    @Test
    void pairQuietForMoreThanAWindowStartsAfresh() {
        timeline("0:21 1:22 2:23 3:24! 63.000000001:21 64:22 65:23 66:24!");
    }

    @Test
    void pairQuietForExactlyAWindowGoesOn() {
        timeline("0:21 1:22 2:23 3:24! 3:25 3:26 63:27 63:28 64:29 65:30~");
    }

    @Test
    void destinationsAreWatchedApart() {
        timeline("0:21 0:22 0:23 b1:24 b1:25 b1:26 c2:27 2:21 b3:27! 4:24!");
    }

    @Test
    void segmentOlderThanTheClockCountsAtItsOwnTime() {
        timeline("10:21 11:22 60:23 b100:80 69:24!");
        timeline("10:21 11:22 60:23 b100:80 70.000000001:24");
    }

    @Test
    void olderAttemptDoesNotMakeAPortOlder() {
        timeline("50:21 51:22 52:23 10:21 110:24!");
    }

    @Test
    void clockNeverGoesBack() {
        // Quiet is measured from 100, which the segment of 50 doesn't change: 21 is not forgotten at 160.
        timeline("100:21 50:22 160:23 160:24 160:25!");
    }

    @Test
    void otherPairsMoveTheClock() {
        timeline("0:21 1:22 2:23 b62:80 3:24!");
        // At 62.000000001 the pair has been quiet for more than a window, whatever the time of its next attempt.
        timeline("0:21 1:22 2:23 b62.000000001:80 3:24");
    }

    private static void timeline(String timeline) {
        // Odd and even, before 1970, now, and as late as nanoseconds reach.
        for (String start : List.of(
                "1970-01-01T00:00:00Z",
                "1970-01-01T00:00:00.000000001Z",
                "1969-12-31T23:59:30.5Z",
                "2026-11-22T12:34:56.123456789Z",
                "2262-04-01T00:00:00Z")) {
            assertEquals(timeline, replay(timeline, Instant.parse(start)), "from " + start);
        }
    }

    private static String replay(String timeline, Instant start) {
        ScanDetector detector = new ScanDetector(POLICY);
        List<String> told = new ArrayList<>();
        for (String event : timeline.replaceAll("[!~]", "").split(" ", -1)) {
            String[] timeAndPort = event.split(":", -1);
            boolean here = Character.isDigit(event.charAt(0));
            BigDecimal seconds = new BigDecimal(here ? timeAndPort[0] : timeAndPort[0].substring(1));
            long time = nanos(start) + seconds.movePointRight(9).longValueExact();
            IpAddress destination = here ? DESTINATION : IpAddress.v4(event.charAt(0));
            told.add(event);
            detector.add(new Segment(time, SOURCE, 40_000, destination, Integer.parseInt(timeAndPort[1]), SYN))
                    .forEach(scan -> told.set(told.size() - 1, event + (scan.ongoing() ? "~" : "!")));
        }
        return String.join(" ", told);
    }

    @Test
    void scanHoldsItsSourceItsPortsInOrderAndItsTimeToTheNanosecond() {
        String time = "2026-11-22T12:34:56.123456789Z";
        assertEquals(
                List.of(scanned(SOURCE, DESTINATION, Instant.parse(time), 0, 22, 443, 65535)),
                scan(SOURCE, DESTINATION, Instant.parse(time), 443, 65535, 0, 22));
    }

    @Test
    void scanBefore1970IsTimedToTheNanosecond() {
        Instant time = Instant.parse("1969-12-31T23:59:59.999999999Z");
        assertEquals(time, scan(SOURCE, DESTINATION, time, 1, 2, 3, 4).get(0).detectedAt());
    }

    @Test
    void scanTellsOnlyPortsWithinTheWindow() {
        ScanDetector detector = new ScanDetector(POLICY);
        List<Scan> scan = List.of();
        int port = 0;
        for (long second : new long[] {0, 50, 55, 61, 62}) {
            scan = detector.add(attempt(second * 1_000_000_000, ++port));
        }
        assertEquals(List.of(2, 3, 4, 5), scan.get(0).ports());
    }

    @ParameterizedTest
    @CsvSource({"2001:db8::1, 2001:db8::2", "2001:db8::1, 192.0.2.9", "::1, ::1", "192.0.2.9, 192.0.2.9"})
    void anyKindOfAddressIsWatched(String source, String destination) {
        IpAddress from = IpAddress.parse(source);
        IpAddress to = IpAddress.parse(destination);
        Instant time = Instant.parse("2026-11-22T00:00:00Z");
        assertEquals(List.of(scanned(from, to, time, 1, 2, 3, 4)), scan(from, to, time, 1, 2, 3, 4));
    }

    @Test
    void sourceWhoseRolesAreReversedIsAnotherPair() {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int port = 1; port <= 3; port++) {
            detector.add(attempt(0, port));
            assertEquals(
                    List.of(), detector.add(new Segment(0, DESTINATION, 1, SOURCE, 10 + port, SYN)), "port " + port);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 1_000})
    void thresholdIsThatOfThePolicy(int threshold) {
        ScanDetector detector = new ScanDetector(new ScanPolicy(threshold, Duration.ofSeconds(60), 10));
        for (int port = 1; port <= threshold; port++) {
            assertEquals(List.of(), detector.add(attempt(port, port)), "port " + port);
        }
        assertTrue(!detector.add(attempt(threshold + 1, threshold + 1)).isEmpty(), "no scan above the threshold");
    }

    @Test
    void synWithoutAckIsAnAttemptWhateverTheOtherFlags() {
        for (int flags = 0; flags < 256; flags++) {
            ScanDetector detector = new ScanDetector(POLICY);
            List<Scan> scan = List.of();
            for (int port = 1; port <= 4; port++) {
                scan = detector.add(new Segment(port, SOURCE, 1, DESTINATION, port, flags));
            }
            boolean attempt = (flags & SYN) != 0 && (flags & ACK) == 0;
            assertEquals(attempt ? 1 : 0, scan.size(), "flags 0x" + Integer.toHexString(flags));
            assertEquals(
                    attempt ? 1 : 0, detector.statistics().pairsWatched(), "flags 0x" + Integer.toHexString(flags));
        }
    }

    @Test
    void segmentThatIsNoAttemptDoesNotMoveTheClock() {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int port = 1; port <= 3; port++) {
            detector.add(attempt(port, port));
        }
        detector.add(new Segment(Duration.ofDays(1).toNanos(), SOURCE, 1, DESTINATION, 9, SYN | ACK));
        assertTrue(!detector.add(attempt(4, 4)).isEmpty(), "an answer made the detector forget");
    }

    @Test
    void pairsWatchedStayWithinTheirBoundWhateverArrives() {
        int pairs = 1_000 + 17 * 1_024;
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofHours(24), 1_000));
        for (int i = 0; i < 10 * pairs; i++) {
            for (int port = 0; port < (i % 8 == 0 ? 6 : 1); port++) {
                detector.add(new Segment(i, IpAddress.v4(i), 1, DESTINATION, port, SYN));
                long watched = detector.statistics().pairsWatched();
                assertTrue(watched <= pairs, watched + " pairs are watched after " + (i + 1) + " sources");
            }
        }
        assertTrue(
                detector.statistics().pairsWatched() >= pairs * 9 / 10,
                "only " + detector.statistics().pairsWatched() + " pairs are watched");
    }

    @Test
    void leastBoundStillWatches() {
        ScanDetector detector = new ScanDetector(new ScanPolicy(1, Duration.ofSeconds(60), 2));
        for (int i = 0; i < 100; i++) {
            IpAddress source = IpAddress.v4(i);
            assertEquals(List.of(), detector.add(new Segment(i, source, 1, DESTINATION, 1, SYN)));
            assertTrue(
                    detector.add(new Segment(i, source, 1, DESTINATION, 2, SYN)).isEmpty() == false, "source " + i);
        }
    }

    @Test
    void pairsQuietForAWindowMakeRoom() {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int i = 0; i < 1_000; i++) {
            detector.add(new Segment(i, IpAddress.v4(i), 1, DESTINATION, 80, SYN));
        }
        detector.add(attempt(Duration.ofMinutes(2).toNanos(), 80));
        assertEquals(1, detector.statistics().pairsWatched());
    }

    private static Scan scanned(IpAddress source, IpAddress destination, Instant time, Integer... ports) {
        return Scans.of(source, destination, time, List.of(ports), false);
    }

    private static Segment attempt(long time, int port) {
        return new Segment(time, SOURCE, 40_000, DESTINATION, port, SYN);
    }

    /** The verdict on the last of these ports, all tried at once. */
    private static List<Scan> scan(IpAddress source, IpAddress destination, Instant time, int... ports) {
        ScanDetector detector = new ScanDetector(POLICY);
        List<Scan> scan = List.of();
        for (int port : ports) {
            assertEquals(List.of(), scan, "too early");
            scan = detector.add(new Segment(nanos(time), source, 40_000, destination, port, SYN));
        }
        return scan;
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000 + time.getNano();
    }
}
