package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is answered, as timelines: {@code 1.5:22} is an attempt at port 22 after 1.5 s, {@code 1.6:22+} its SYN-ACK,
 * {@code 1.6:22-} its RST, {@code 1.6:22x} an RST by the source itself, {@code 9:} the time that passes in silence. A
 * {@code !} after it says that it leads to a verdict. Before each of them another pair shows that both directions are
 * captured. The policy is more than three ports in 60 s, two of them unanswered for a second.
 */
final class EvidenceTest {
    private static final ScanPolicy PLAIN = new ScanPolicy(3, Duration.ofSeconds(60), 1_000);
    private static final ScanPolicy POLICY = PLAIN.withUnanswered(2, Duration.ofSeconds(1));
    private static final int SCANNER = 0xc0000201;
    private static final int SERVER = 0xc6336401;
    private static final int SYN_OF_SYSTEM = Segment.SYN | Segment.OPTIONS;

    private final List<Scan> scans = new ArrayList<>();

    @Test
    void portsThatAnswerAreNoScan() {
        timeline("0:21 0.1:21+ 1:22 1.1:22+ 2:23 2.1:23+ 3:24 3.1:24+ 4:25 4.1:25+ 9:");
    }

    @Test
    void onePortOfManyMayBeUnanswered() {
        timeline("0:21 0.1:21+ 1:22 1.1:22+ 2:23 2.1:23+ 3:24 3.1:24- 4:25 4.1:25+ 5:26 5.1:26+ 9:");
        timeline("0:21 0.1:21+ 1:22 1.1:22+ 2:23 2.1:23+ 3:24 9: 10:25 10.1:25+ 70:26 70.1:26+ 90:");
    }

    @Test
    void secondRefusalMakesAScan() {
        timeline("0:21 0.1:21- 1:22 1.1:22+ 2:23 2.1:23+ 3:24 3.1:24-!");
        timeline("0:21 0.1:21- 1:22 1.1:22- 2:23 2.1:23+ 3:24!");
    }

    @Test
    void silenceMakesAScanOnceTheTimeForAnAnswerIsOver() {
        timeline("0:21 0:22 0:23 0.1:23+ 0.5:24 0.6:24+ 0.999: 1.01:!");
        timeline("0:21 0:22 0:23 0:24 1: 1.01:!");
        timeline("0:21 0:22 0:23 0:24 1.1:21!");
    }

    @Test
    void verdictOfSilenceDoesNotDependOnItsTrigger() {
        timeline("0:21 0:22 0:23 0:24 1.1:!");
        timeline("0:21 0:22 0:23 0:24 500:!");
        timeline("0:21 0:22 0:23 0:24 500:80!");
        assertEquals(3, scans.size());
        assertEquals(scans.get(0).detectedAt(), scans.get(1).detectedAt());
        assertEquals(scans.get(0).detectedAt(), scans.get(2).detectedAt());
        assertEquals(scans.get(0).evidence(), scans.get(2).evidence());
        Duration late = Duration.between(seconds("1"), scans.get(0).detectedAt());
        assertTrue(late.compareTo(Duration.ofMillis(4)) <= 0 && !late.isNegative(), "told after " + late);
    }

    @Test
    void answerInTheLastNanosecondCounts() {
        timeline("0:21 0:22 0:23 0:24 1:21+ 1:22+ 1:23+ 1:24+ 9:");
    }

    @Test
    void lateAnswerCountsUnlessTheVerdictIsReached() {
        timeline("0:21 0:22 2:21+ 2:22+ 2:23 2:24 2.1:23+ 2.2:24+ 9:");
        timeline("0:21 0:22 0:23 0:24 2:21+! 2:22+ 9:");
    }

    @Test
    void retransmissionDoesNotGiveMoreTime() {
        timeline("0:21 0:22 0:23 0.5:21 0.5:22 0.9:24 0.95:24+ 1: 1.01:!");
        timeline("0:21 0:22 0:23 0:24 0.9:21 0.9:22 0.9:23 0.9:24 1.01:21!");
    }

    @Test
    void answerToARetransmissionCounts() {
        timeline("0:21 0:22 0:23 1:21 1:22 1:23 1.1:21+ 1.1:22+ 1.1:23+ 1.1:24 1.2:24+ 9:");
    }

    @Test
    void operatingSystemHasTimeToTryOnceMore() {
        ScanDetector detector = bothDirections();
        for (int port = 1; port <= 4; port++) {
            detector.add(attempt(0, port, SYN_OF_SYSTEM));
        }
        assertEquals(List.of(), detector.idle(seconds(2)));
        assertEquals(1, detector.idle(seconds(2) + 10_000_000).size());
    }

    @Test
    void portTriedAgainAfterAWindowStartsAfresh() {
        timeline("0:21 0.1:21- 30:23 30.1:23+ 55:24 55.1:24- 60.5:25 60.6:25+ 61:21 61.1:21+ 80:");
    }

    @Test
    void portThatHasAnsweredStaysAnswered() {
        timeline("0:21 0.1:21+ 0.5:22 0.6:22+ 1:21 1.1:21- 1.2:22 9: 10:23 10.1:23+ 11:24 11.1:24+ 20:");
    }

    @Test
    void refusalBeforeAnAnswerIsForgotten() {
        timeline("0:21 0.1:21- 0.2:22 0.3:22- 1:21 1.1:21+ 1.2:22 1.3:22+ 2:23 2.1:23- 3:24 3.1:24+ 9:");
    }

    @Test
    void scannerInAHurryIsFoundThoughItTriesMorePortsThanAreRemembered() {
        StringBuilder timeline = new StringBuilder();
        for (int port = 1; port <= 900; port++) {
            timeline.append(String.format("0.%03d:%d ", port, port));
        }
        timeline("%s1: 1.01:!".formatted(timeline));
    }

    @Test
    void clientInAHurryIsNoScanner() {
        StringBuilder timeline = new StringBuilder();
        for (int port = 1; port <= 400; port++) {
            timeline.append(String.format("0.%03d:%d ", port, port));
        }
        for (int port = 1; port <= 400; port++) {
            timeline.append(String.format("0.%03d:%d+ ", 400 + port, port));
        }
        timeline("%s1: 5:".formatted(timeline));
    }

    @Test
    void nothingIsSilentWhereOneDirectionIsCaptured() {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int i = 0; i < 100; i++) {
            assertEquals(List.of(), detector.add(attempt(seconds(i), i, Segment.SYN)));
        }
        assertEquals(List.of(), detector.idle(Long.MAX_VALUE));
        assertEquals(0, detector.statistics().answers());
    }

    @Test
    void resetsAloneDoNotShowBothDirections() {
        ScanDetector detector = new ScanDetector(POLICY);
        // Of connections of its own, whose other direction isn't captured, the host at 5 gets resets.
        for (int i = 0; i < 6; i++) {
            detector.add(Segment.v4(i, 4, 80 + i % 3, 5, 40_000 + i, Segment.RST));
        }
        for (int port = 1; port <= 4; port++) {
            assertEquals(List.of(), detector.add(attempt(seconds(1), port, Segment.SYN)));
        }
        assertEquals(List.of(), detector.idle(Long.MAX_VALUE));
        assertEquals(0, detector.statistics().answers());
    }

    @Test
    void silenceCountsFromTheFirstAnswerOn() {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int port = 1; port <= 4; port++) {
            assertEquals(List.of(), detector.add(attempt(0, port, Segment.SYN)));
        }
        assertEquals(List.of(), detector.idle(seconds(10)));
        detector.add(Segment.v4(seconds(20), 7, 1, 8, 80, Segment.SYN));
        assertEquals(List.of(), detector.add(Segment.v4(seconds(20), 8, 80, 7, 1, Segment.SYN | Segment.ACK)));
        List<Scan> found = detector.idle(seconds(30));
        assertEquals(1, found.size());
        assertEquals(List.of(1, 2, 3, 4), found.get(0).evidence().silent());
    }

    @Test
    void plainRuleTellsWhatIsKnown() {
        ScanDetector detector = new ScanDetector(PLAIN);
        detector.add(attempt(0, 21, Segment.SYN));
        detector.add(answer(seconds(0) + 1, 21, Segment.SYN | Segment.ACK));
        detector.add(attempt(1, 22, Segment.SYN));
        detector.add(answer(2, 22, Segment.RST | Segment.ACK));
        detector.add(attempt(3, 23, Segment.SYN));
        List<Scan> found = detector.add(attempt(seconds(2), 24, Segment.SYN));
        Instant end = instant(seconds(2));
        assertEquals(
                List.of(new Evidence(Kind.SYN, instant(0), end, List.of(21), List.of(22), List.of(23))),
                found.stream().map(Scan::evidence).toList());
    }

    @Test
    void latestAttemptIsThePairsOwnThoughItsTimesGoBack() {
        ScanDetector detector = new ScanDetector(PLAIN);
        detector.add(Segment.v4(seconds(30), 7, 1, 8, 80, Segment.SYN));
        List<Scan> found = List.of();
        for (int i = 0; i < 4; i++) {
            assertEquals(List.of(), found);
            found = detector.add(attempt(seconds(9 - i), 21 + i, Segment.SYN));
        }
        assertEquals(
                List.of(seconds("9")),
                found.stream().map(scan -> scan.evidence().last()).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "0x01, FIN",
        "0x00, NULL",
        "0x29, XMAS",
        "0x08, XMAS",
        "0x28, XMAS",
        "0xc1, FIN",
        "0x100, FRAGMENTED",
    })
    void probesWithoutSynCountBesideTheirAnswers(int flags, Kind kind) {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int port = 1; port <= 3; port++) {
            assertEquals(List.of(), detector.add(attempt(port, port, flags)));
        }
        List<Scan> found = detector.add(attempt(4, 4, flags));
        assertEquals(
                List.of(kind),
                found.stream().map(scan -> scan.evidence().kind()).toList());
    }

    @Test
    void plainRuleGoesBySynAlone() {
        ScanDetector detector = new ScanDetector(PLAIN);
        for (int flags : new int[] {0x00, 0x01, 0x29, Segment.FRAGMENT, Segment.ACK, Segment.RST}) {
            for (int port = 1; port <= 9; port++) {
                assertEquals(List.of(), detector.add(attempt(port, port, flags)), "flags " + flags);
                assertEquals(List.of(), detector.add(answer(port, port, Segment.RST)), "flags " + flags);
            }
        }
    }

    @Test
    void resetsOfNoConnectionTellOfProbesWithAck() {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int port = 1; port <= 3; port++) {
            assertEquals(List.of(), detector.add(answer(port, port, Segment.RST)));
        }
        List<Scan> found = detector.add(answer(4, 4, Segment.RST));
        assertEquals(1, found.size());
        assertEquals(IpAddress.v4(SCANNER), found.get(0).source());
        assertEquals(Kind.ACK, found.get(0).evidence().kind());
        assertEquals(List.of(1, 2, 3, 4), found.get(0).evidence().refused());
    }

    @Test
    void resetsOfConnectionsFromBeforeARebootTellOfNothing() {
        ScanDetector detector = bothDirections();
        for (int port = 1; port <= 9; port++) {
            // Each has a port of its own; then it is made anew.
            assertEquals(List.of(), detector.add(Segment.v4(port, SERVER, port, SCANNER, 40_000 + port, Segment.RST)));
            assertEquals(List.of(), detector.add(Segment.v4(port, SCANNER, 50_000 + port, SERVER, port, Segment.SYN)));
            assertEquals(List.of(), detector.add(answer(port, port, Segment.SYN | Segment.ACK)));
        }
        assertEquals(List.of(), detector.idle(Long.MAX_VALUE));
    }

    @Test
    void resetsOfConnectionsTellOfNothing() {
        ScanDetector detector = new ScanDetector(POLICY);
        for (int port = 1; port <= 9; port++) {
            // A client that has connections to one service and resets them, from a port that is above it and below.
            detector.add(Segment.v4(port, SCANNER, port + (port % 2) * 50_000, SERVER, 443, Segment.SYN));
            detector.add(Segment.v4(port, SERVER, 443, SCANNER, port + (port % 2) * 50_000, 0x12));
            assertEquals(
                    List.of(),
                    detector.add(Segment.v4(port, SCANNER, port + (port % 2) * 50_000, SERVER, 443, Segment.RST)));
            // A client whose connections are older than all that is known.
            assertEquals(List.of(), detector.add(Segment.v4(port, SCANNER, 40_000 + port, 9, 443, Segment.RST)));
            // Services that abort connections.
            assertEquals(List.of(), detector.add(answer(port, 600 + port, Segment.RST | Segment.ACK)));
        }
        assertEquals(List.of(), detector.idle(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        // Made by the system, and taken up; by the system, and reset; made by hand.
        "true, false, CONNECT",
        "true, true, SYN",
        "false, false, SYN",
    })
    void connectIsWhatCompletes(boolean system, boolean reset, Kind kind) {
        ScanDetector detector = new ScanDetector(POLICY);
        int flags = system ? SYN_OF_SYSTEM : Segment.SYN;
        List<Scan> found = new ArrayList<>();
        for (int port = 1; port <= 4; port++) {
            found.addAll(detector.add(attempt(port * 10L, port, flags)));
            if (port == 1) {
                detector.add(answer(11, port, Segment.SYN | Segment.ACK));
                if (reset) {
                    detector.add(attempt(12, port, Segment.RST));
                }
            } else {
                found.addAll(detector.add(answer(port * 10L + 1, port, Segment.RST | Segment.ACK)));
            }
        }
        assertEquals(
                List.of(kind),
                found.stream().map(scan -> scan.evidence().kind()).toList());
    }

    @Test
    void sourcesOfOneIpv6NetworkAreOne() {
        ScanDetector detector = new ScanDetector(PLAIN);
        List<Scan> found = List.of();
        for (int host = 1; host <= 4; host++) {
            found = detector.add(v6(0x20010db8_00000001L, host, host));
        }
        assertEquals(1, found.size());
        assertEquals(Prefix.parse("2001:db8:0:1::/64"), found.get(0).prefix());
        assertEquals(IpAddress.parse("2001:db8:0:1::4"), found.get(0).source());
        assertEquals(4, found.get(0).addresses());
    }

    @Test
    void sourcesOfIpv6AreToldApartByThePrefixThatIsAskedFor() {
        for (int length : new int[] {1, 48, 63, 64, 65, 127, 128}) {
            ScanDetector detector = new ScanDetector(PLAIN.withIpv6Prefix(length));
            List<Scan> found = List.of();
            for (int host = 1; host <= 4; host++) {
                // The last bit of the prefix is the same, and the first one after it differs.
                long high = length < 64 ? 0x20010db8_00000000L | (host % 2L) << (63 - length) : 0x20010db8_00000000L;
                long low = length >= 64 && length < 128 ? (host % 2L) << (127 - length) : 0;
                found = detector.add(v6(high, low, host));
            }
            assertEquals(1, found.size(), "/" + length);
            assertEquals(length, found.get(0).prefix().length());
            assertTrue(found.get(0).prefix().contains(found.get(0).source()), "/" + length);
        }
    }

    @Test
    void neighboursOnALinkAreToldApart() {
        ScanDetector detector = new ScanDetector(PLAIN);
        for (int host = 1; host <= 9; host++) {
            assertEquals(List.of(), detector.add(v6(0xfe80L << 48, host, host)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"64:ff9b::", "64:ff9b:1::", "64:ff9b:1:7::"})
    void hostsBehindATranslatorAreToldApart(String network) {
        ScanDetector detector = new ScanDetector(PLAIN);
        long high = IpAddress.parse(network).high();
        for (int host = 1; host <= 9; host++) {
            assertEquals(List.of(), detector.add(v6(high, 0xc0000200L + host, host)), "host " + host);
        }
    }

    @Test
    void triesOfFormerPortsDoNotKeepThemFromBeingSilent() {
        ScanDetector detector = bothDirections();
        List<Scan> found = new ArrayList<>();
        for (int step = 0; step < 100 && found.isEmpty(); step++) {
            for (int i = 0; i < 4; i++) {
                // Four new ports, and the four before them once more.
                found.addAll(detector.add(attempt(seconds(step) / 10, 1_000 + 4 * step + i, Segment.SYN)));
                found.addAll(detector.add(attempt(seconds(step) / 10, 1_000 + 4 * step + i - 4, Segment.SYN)));
            }
        }
        assertEquals(1, found.size());
        assertTrue(found.get(0).detectedAt().isBefore(seconds("1.3")), () -> "found at " + found);
    }

    @Test
    void portsOutOfTheWindowDoNotHideProbesWithAck() {
        ScanDetector detector = bothDirections();
        for (int i = 0; i < 9; i++) {
            detector.add(attempt(seconds(50 * i), 22, Segment.SYN));
            detector.add(answer(seconds(50 * i), 22, Segment.SYN | Segment.ACK));
            detector.add(attempt(seconds(50 * i), 100 + i, Segment.SYN));
            detector.add(answer(seconds(50 * i), 100 + i, Segment.RST | Segment.ACK));
        }
        List<Scan> found = new ArrayList<>();
        for (int port = 1; port <= 9; port++) {
            found.addAll(detector.add(answer(seconds(420) + port, port, Segment.RST)));
        }
        assertEquals(1, found.size());
    }

    @Test
    void resetsFromPortsThatASystemPicksTellOfNothing() {
        ScanDetector detector = bothDirections();
        for (int i = 0; i < 9; i++) {
            // A client that is killed has had connections to a service with a high port.
            assertEquals(List.of(), detector.add(Segment.v4(i, SERVER, 35_000 + i, SCANNER, 50_051, Segment.RST)));
        }
    }

    @Test
    void earlierDeadlineOfALaterPortIsKept() {
        ScanDetector detector = bothDirections();
        detector.add(attempt(0, 1, SYN_OF_SYSTEM));
        detector.add(attempt(1, 2, SYN_OF_SYSTEM));
        detector.add(attempt(2, 3, SYN_OF_SYSTEM));
        detector.add(attempt(3, 4, SYN_OF_SYSTEM));
        detector.add(attempt(10_000_000, 5, Segment.SYN));
        detector.add(attempt(20_000_000, 6, Segment.SYN));
        assertEquals(List.of(), detector.idle(seconds(1)));
        assertEquals(1, detector.idle(seconds(1) + 30_000_000).size());
    }

    @Test
    void sweepIsFoundByHostsThatDoNotAnswer() {
        ScanDetector detector = new ScanDetector(rule(Rule.SWEEP, 19, 20));
        List<Scan> found = List.of();
        for (int host = 1; host <= 20; host++) {
            assertEquals(List.of(), found, "host " + host);
            detector.add(Segment.v4(host, SCANNER, 40_000, host, 22, Segment.SYN));
            found = detector.add(Segment.v4(host, host, 22, SCANNER, 40_000, Segment.RST | Segment.ACK));
        }
        assertEquals(1, found.size());
        assertEquals(20, found.get(0).hosts());
        assertEquals(List.of(22), found.get(0).ports());
        assertEquals(List.of(22), found.get(0).evidence().refused());
        assertEquals(IpAddress.v4(SCANNER), found.get(0).source());
    }

    @Test
    void hostsThatAnswerAreNoSweep() {
        ScanDetector detector = new ScanDetector(rule(Rule.SWEEP, 19, 20));
        for (int host = 1; host <= 500; host++) {
            assertEquals(List.of(), detector.add(Segment.v4(seconds(host) / 10, SCANNER, 1, host, 443, Segment.SYN)));
            assertEquals(List.of(), detector.add(Segment.v4(seconds(host) / 10, host, 443, SCANNER, 1, 0x12)));
        }
        assertEquals(List.of(), detector.idle(Long.MAX_VALUE));
    }

    @Test
    void scanByManySourcesIsFoundWithoutTheNameOfAny() {
        ScanDetector detector = new ScanDetector(rule(Rule.DISTRIBUTED, 49, 50));
        List<Scan> found = List.of();
        for (int i = 1; i <= 50; i++) {
            assertEquals(List.of(), found, "port " + i);
            detector.add(Segment.v4(i, i / 2, 1, SERVER, i, Segment.SYN));
            found = detector.add(Segment.v4(i, SERVER, i, i / 2, 1, Segment.RST | Segment.ACK));
        }
        assertEquals(1, found.size());
        assertEquals(IpAddress.UNSPECIFIED, found.get(0).source());
        assertEquals(IpAddress.v4(SERVER), found.get(0).destination());
        assertTrue(found.get(0).addresses() >= 20, "addresses: " + found.get(0).addresses());
    }

    @Test
    void scanByOneSourceIsNotDistributed() {
        ScanDetector detector = new ScanDetector(rule(Rule.DISTRIBUTED, 49, 50));
        for (int i = 1; i <= 500; i++) {
            detector.add(attempt(i, i, Segment.SYN));
            assertEquals(List.of(), detector.add(answer(i, i, Segment.RST | Segment.ACK)));
        }
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    @Timeout(60)
    void absurdSegmentsDoNoHarm(Rule rule) {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ScanDetector detector = new ScanDetector(rule(rule, 1 + random.nextInt(5), 1 + random.nextInt(5)));
            for (int i = 0; i < 500; i++) {
                int source = random.nextInt(3);
                int destination = random.nextInt(3);
                int flags = random.nextInt(4) == 0
                        ? random.nextInt(0x400)
                        : Segment.SYN | (random.nextBoolean() ? Segment.ACK : 0);
                detector.add(
                        Segment.v4(absurd(random), source, random.nextInt(9), destination, random.nextInt(9), flags));
                if (random.nextInt(9) == 0) {
                    detector.idle(absurd(random));
                }
            }
            assertTrue(detector.statistics().pairsWatched() >= 0);
        }
    }

    private static long absurd(Random random) {
        long edge = switch (random.nextInt(5)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> Long.MIN_VALUE;
            case 2 -> random.nextLong();
            default -> 0;
        };
        return edge + random.nextInt(3) * seconds(1) * random.nextInt(70) - random.nextInt(2);
    }

    private static ScanPolicy rule(Rule rule, int ports, int unanswered) {
        return new ScanPolicy(
                rule, ports, Duration.ofSeconds(60), unanswered, Duration.ofSeconds(1), 64, false, 10_000);
    }

    private static ScanDetector bothDirections() {
        ScanDetector detector = new ScanDetector(POLICY);
        detector.add(Segment.v4(0, 7, 1, 8, 80, Segment.SYN));
        detector.add(Segment.v4(0, 8, 80, 7, 1, Segment.SYN | Segment.ACK));
        return detector;
    }

    private void timeline(String timeline) {
        ScanDetector detector = bothDirections();
        List<String> told = new ArrayList<>();
        for (String event : timeline.replace("!", "").split(" ", -1)) {
            String[] timeAndPort = event.split(":", -1);
            long time = new BigDecimal(timeAndPort[0]).movePointRight(9).longValueExact();
            List<Scan> found = play(detector, time, timeAndPort[1]);
            scans.addAll(found);
            told.add(event + "!".repeat(found.size()));
        }
        assertEquals(timeline, String.join(" ", told));
    }

    private static List<Scan> play(ScanDetector detector, long time, String what) {
        if (what.isEmpty()) {
            return detector.idle(time);
        }
        int port = Integer.parseInt(what.replaceAll("\\D", ""));
        return detector.add(
                switch (what.charAt(what.length() - 1)) {
                    case '+' -> answer(time, port, Segment.SYN | Segment.ACK);
                    case '-' -> answer(time, port, Segment.RST | Segment.ACK);
                    case 'x' -> attempt(time, port, Segment.RST);
                    default -> attempt(time, port, Segment.SYN);
                });
    }

    private static Segment attempt(long time, int port, int flags) {
        return Segment.v4(time, SCANNER, 40_000, SERVER, port, flags);
    }

    private static Segment answer(long time, int port, int flags) {
        return Segment.v4(time, SERVER, port, SCANNER, 40_000, flags);
    }

    private static Segment v6(long high, long low, int port) {
        return new Segment(port, new IpAddress(high, low), 1, IpAddress.parse("c000::1"), port, Segment.SYN);
    }

    private static long seconds(int seconds) {
        return seconds * 1_000_000_000L;
    }

    private static Instant seconds(String seconds) {
        return instant(new BigDecimal(seconds).movePointRight(9).longValueExact());
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
