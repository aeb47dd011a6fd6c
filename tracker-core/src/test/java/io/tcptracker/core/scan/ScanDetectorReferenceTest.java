package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PairHash;
import io.tcptracker.core.net.Segment;
import io.tcptracker.reference.CaffeineScanDetector;
import io.tcptracker.reference.CaffeineScanDetector.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** While there is room for all pairs, the table gives the verdicts of a detector on maps, word for word. */
final class ScanDetectorReferenceTest {
    private static final int SEEDS = 20;
    private static final int ATTEMPTS = 20_000;

    @ParameterizedTest
    @CsvSource({
        // threshold, pairs, ports tried, most milliseconds from one attempt to the next, how far time may run back
        "1,  50,    3,   5_000,  0",
        "3,  50,    6,   1_200,  0",
        "3,  50,    6,   1_200,  90_000",
        "3,  2_000, 5,   20,     3",
        "3,  2_000, 5,   60,     70_000",
        "20, 100,   24,  60,     20_000",
    })
    void verdictsAreThoseOfTheReference(int threshold, int pairs, int ports, int step, int back) {
        int scans = 0;
        int ongoing = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            List<Segment> pool = pairs(random, pairs);
            ScanPolicy policy = new ScanPolicy(threshold, Duration.ofSeconds(60), 20_000).withIpv6Prefix(128);
            ScanDetector detector = new ScanDetector(policy, new PairHash(seed, 1));
            CaffeineScanDetector reference = new CaffeineScanDetector(policy, 100_000);
            long now = 1_900_000_000_000_000_000L;
            for (int i = 0; i < ATTEMPTS; i++) {
                now += random.nextInt(50) == 0 ? 0 : random.nextLong(step * 1_000_000L);
                long time = back > 0 && random.nextInt(4) == 0 ? now - random.nextLong(back * 1_000_000L) : now;
                // Some pairs are busier than others: there are scans, scans that go on, and pairs that come back.
                Segment pair = pool.get((int) (pairs * Math.pow(random.nextDouble(), 3)));
                Segment attempt = new Segment(
                        time, pair.source(), 40_000, pair.destination(), random.nextInt(ports), Segment.SYN);
                Optional<Verdict> expected = reference.add(attempt);
                assertEquals(
                        expected,
                        detector.add(attempt).stream().findFirst().map(Verdict::of),
                        "seed " + seed + ", attempt " + i + ": " + attempt);
                scans += expected.isPresent() ? 1 : 0;
                ongoing += expected.filter(Verdict::ongoing).isPresent() ? 1 : 0;
            }
            assertEquals(0, detector.statistics().forgottenAfterOnePort(), "there was no room in the table");
            assertEquals(0, detector.statistics().forgottenAfterSeveralPorts(), "there was no room in the table");
        }
        assertTrue(scans > ongoing && ongoing > SEEDS, scans + " scans, of them ongoing " + ongoing);
    }

    private static List<Segment> pairs(Random random, int count) {
        List<Segment> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(new Segment(0, address(random, i), 0, address(random, i % 3), 0, Segment.SYN));
        }
        return pairs;
    }

    private static IpAddress address(Random random, int i) {
        return random.nextInt(3) == 0 ? new IpAddress(0x20010db8L << 32, i) : IpAddress.v4(i);
    }
}
