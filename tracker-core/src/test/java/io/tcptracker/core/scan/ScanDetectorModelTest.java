package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PairHash;
import io.tcptracker.core.net.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The detector against a model that keeps every attempt and follows the definition word for word. It shows that to
 * remember one port more than the threshold is exact.
 */
final class ScanDetectorModelTest {
    private static final int TIMELINES = 1_000;
    private static final int ATTEMPTS = 120;

    private record Verdict(boolean ongoing, TreeSet<Integer> ports) {}

    /** All that one pair did, and what was said of it. */
    private static final class Model {
        private record Attempt(int port, long time) {}

        private final int threshold;
        private final long window;
        private final List<Attempt> attempts = new ArrayList<>();
        private long lastAttempt;
        private Optional<Long> reported = Optional.empty();

        Model(int threshold, long window) {
            this.threshold = threshold;
            this.window = window;
        }

        Optional<Verdict> attempt(int port, long time, long clock) {
            if (!attempts.isEmpty() && clock - lastAttempt > window) {
                attempts.clear();
                reported = Optional.empty();
            }
            lastAttempt = clock;
            attempts.add(new Attempt(port, time));

            Map<Integer, Long> latest = new HashMap<>();
            for (Attempt each : attempts) {
                latest.merge(each.port, each.time, Math::max);
            }
            TreeSet<Integer> ports = new TreeSet<>();
            latest.forEach((each, last) -> {
                if (time - last <= window) {
                    ports.add(each);
                }
            });

            if (ports.size() <= threshold) {
                return Optional.empty();
            }
            if (reported.isPresent() && clock - reported.get() <= window) {
                return Optional.empty();
            }
            boolean ongoing = reported.isPresent();
            reported = Optional.of(clock);
            return Optional.of(new Verdict(ongoing, ports));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // threshold, window in ns, ports tried, how far a step goes, how far time may run back
        "1,   1000000,     4,    300000,     0",
        "3,   1000000,     6,    200000,     0",
        "3,   1000000,     6,    400000,     0",
        "3,   60000000000, 8,    9000000000, 0",
        "10,  1000000,     16,   80000,      0",
        "40,  1000000,     50,   10000,      0",
        "1,   1000000,     4,    300000,     500000",
        "3,   1000000,     6,    200000,     300000",
        "3,   1000000,     6,    400000,     3000000",
        "3,   60000000000, 8,    9000000000, 70000000000",
        "10,  1000000,     16,   80000,      1500000",
        "40,  1000000,     50,   10000,      200000",
    })
    void verdictIsThatOfTheDefinitionAtEveryAttempt(int threshold, long window, int ports, long step, long back) {
        int scans = 0;
        for (long seed = 0; seed < TIMELINES; seed++) {
            scans += replay(seed, threshold, window, ports, step, back);
        }
        assertTrue(scans > TIMELINES / 20, "the timelines hold too few scans to tell anything: " + scans);
    }

    @Test
    void segmentsInBatchesLeadToTheSameScansInTheSameOrder() {
        ScanPolicy small = new ScanPolicy(3, Duration.ofSeconds(60), 100);
        for (long seed = 0; seed < TIMELINES; seed++) {
            PairHash hash = new PairHash(seed, 1);
            ScanDetector singly = new ScanDetector(small, hash);
            List<Scan> expected = new ArrayList<>();
            List<Scan> actual = new ArrayList<>();
            PacketSource.Sink sink = new ScanDetector(small, hash).sink(actual::add);
            Random random = new Random(seed);
            for (int i = 0; i < ATTEMPTS; i++) {
                int flags = random.nextInt(10) == 0 ? Segment.SYN | Segment.ACK : Segment.SYN;
                Segment segment = Segment.v4(i, random.nextInt(8), 1, 2, random.nextInt(6), flags);
                expected.addAll(singly.add(segment));
                sink.accept(segment);
                if (random.nextInt(20) == 0) {
                    sink.idle(Long.MIN_VALUE);
                    assertEquals(expected, actual, "seed " + seed + ", after segment " + i);
                }
            }
            sink.idle(Long.MIN_VALUE);
            assertEquals(expected, actual, "seed " + seed);
        }
    }

    private static int replay(long seed, int threshold, long window, int ports, long step, long back) {
        Random random = new Random(seed);
        ScanDetector detector = new ScanDetector(new ScanPolicy(threshold, Duration.ofNanos(window), 100));
        List<IpAddress> sources = List.of(IpAddress.v4(1), IpAddress.v4(2));
        IpAddress destination = IpAddress.v4(3);
        Map<IpAddress, Model> models = new HashMap<>();
        List<String> history = new ArrayList<>();
        long now = random.nextBoolean() ? 0 : 1_900_000_000_000_000_000L + random.nextInt(1_000);
        long clock = Long.MIN_VALUE;
        int scans = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            // Boundaries are where mistakes are: often a step is just a window, or none.
            now += switch (random.nextInt(24 + 4 * threshold)) {
                case 0 -> window;
                case 1 -> window + 1;
                case 2 -> window - 1;
                case 3, 4, 5 -> 0;
                case 6 -> window / 2;
                default -> random.nextLong(step);
            };
            long time = back > 0 && random.nextInt(3) == 0 ? now - random.nextLong(back) : now;
            clock = Math.max(clock, time);
            int port = random.nextInt(ports);
            IpAddress source = sources.get(random.nextInt(5) / 4);
            history.add(source + " " + time + ":" + port);

            Optional<Scan> actual = detector.add(new Segment(time, source, 1, destination, port, Segment.SYN)).stream()
                    .findFirst();
            Optional<Verdict> expected = models.computeIfAbsent(source, any -> new Model(threshold, window))
                    .attempt(port, time, clock);

            Supplier<String> what =
                    () -> "seed " + seed + ", threshold " + threshold + ", window " + window + ", after " + history;
            assertEquals(expected.map(Verdict::ongoing), actual.map(Scan::ongoing), what);
            if (actual.isPresent()) {
                scans++;
                check(expected.orElseThrow(), actual.get(), time, threshold, back == 0, what);
            }
        }
        return scans;
    }

    private static void check(
            Verdict expected, Scan actual, long time, int threshold, boolean inOrder, Supplier<String> what) {
        assertEquals(Instant.EPOCH.plusNanos(time), actual.detectedAt(), what);
        assertEquals(
                List.copyOf(new TreeSet<>(actual.ports())), actual.ports(), () -> "ports are unordered: " + what.get());
        assertTrue(
                expected.ports().containsAll(actual.ports()), () -> actual.ports() + " are not all of: " + what.get());
        assertEquals(threshold + 1, actual.ports().size(), what);
        if (inOrder && !actual.ongoing()) {
            assertEquals(expected.ports(), new TreeSet<>(actual.ports()), what);
        }
    }
}
