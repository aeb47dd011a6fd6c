package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Verdicts by what is answered against a model that keeps each port for good and looks at each instant at which something
 * changes. Times are multiples of 10 ms, so that what is told some milliseconds after the time for an answer was over is
 * told before anything else happens.
 */
final class EvidenceModelTest {
    private static final int TIMELINES = 1_500;
    private static final long STEP = 10_000_000;
    private static final long WINDOW = 6_000 * STEP;
    private static final long TIMEOUT = 100 * STEP;
    private static final long TOLD_WITHIN = 4_000_000;

    /** What one source did to one destination. */
    private static final class Model {
        private final int unanswered;
        private final Map<Integer, Long> latest = new TreeMap<>();
        private final Map<Integer, Long> since = new TreeMap<>();
        private final Map<Integer, Character> answers = new TreeMap<>();
        private final List<Long> verdicts = new ArrayList<>();
        private long lastAttempt;
        private boolean several;
        private boolean reported;

        Model(int unanswered) {
            this.unanswered = unanswered;
        }

        void attempt(int port, long now) {
            pass(now);
            if (now - lastAttempt > WINDOW) {
                latest.clear();
                since.clear();
                answers.clear();
                reported = false;
            }
            lastAttempt = now;
            if (now - latest.getOrDefault(port, now) > WINDOW) {
                answers.remove(port);
                since.remove(port);
            }
            latest.put(port, now);
            several |= latest.size() > 1;
            // Of the only port there is room for one time.
            if (several) {
                since.putIfAbsent(port, now);
            } else {
                since.put(port, now);
            }
            judge(now);
        }

        void answer(int port, char what, long now) {
            pass(now);
            if (latest.containsKey(port)) {
                // '+' is the better answer, and any is better than none.
                answers.merge(port, what, (before, after) -> before == '+' ? before : after);
                judge(now);
            }
        }

        /** Time passes until just before {@code now}; ports fall silent, one after the other. */
        void pass(long now) {
            while (true) {
                long next = Long.MAX_VALUE;
                int port = -1;
                for (Map.Entry<Integer, Long> each : since.entrySet()) {
                    if (!answers.containsKey(each.getKey()) && each.getValue() + TIMEOUT < next) {
                        next = each.getValue() + TIMEOUT;
                        port = each.getKey();
                    }
                }
                if (next >= now) {
                    return;
                }
                answers.put(port, '.');
                judge(next);
            }
        }

        private void judge(long now) {
            long ports = 0;
            long silent = 0;
            for (Map.Entry<Integer, Long> each : latest.entrySet()) {
                if (now - each.getValue() <= WINDOW) {
                    ports++;
                    silent += answers.getOrDefault(each.getKey(), '+') == '+' ? 0 : 1;
                }
            }
            if (!reported && ports > 3 && silent >= unanswered) {
                reported = true;
                verdicts.add(now);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        // unanswered, ports, answered of ten, refused of ten, longest step in 10 ms
        "1, 8, 7, 1, 30",
        "2, 5, 5, 2, 30",
        "2, 8, 8, 1, 30",
        "2, 8, 6, 0, 30",
        "2, 8, 6, 2, 2500",
        "2, 6, 8, 0, 200",
        "3, 8, 4, 2, 400",
        "4, 8, 0, 0, 100",
    })
    void verdictsAreThoseOfTheModel(int unanswered, int ports, int answered, int refused, int step) {
        int verdicts = 0;
        for (int seed = 0; seed < TIMELINES; seed++) {
            verdicts += replay(seed, unanswered, ports, answered, refused, step);
        }
        assertTrue(verdicts > TIMELINES / 50, "the timelines hold too few scans to tell anything: " + verdicts);
    }

    private static int replay(int seed, int unanswered, int ports, int answered, int refused, int step) {
        Random random = new Random(seed);
        ScanPolicy policy =
                new ScanPolicy(3, Duration.ofNanos(WINDOW), 100).withUnanswered(unanswered, Duration.ofNanos(TIMEOUT));
        ScanDetector detector = new ScanDetector(policy);
        detector.add(Segment.v4(0, 7, 1, 8, 80, Segment.SYN));
        detector.add(Segment.v4(0, 8, 80, 7, 1, Segment.SYN | Segment.ACK));
        Model model = new Model(unanswered);
        List<Scan> scans = new ArrayList<>();
        List<String> history = new ArrayList<>();
        TreeMap<Long, Integer> due = new TreeMap<>();
        long now = 0;
        for (int i = 0; i < 40; i++) {
            now += (1 + random.nextInt(step)) * STEP;
            while (!due.isEmpty() && due.firstKey() <= now) {
                Map.Entry<Long, Integer> answer = due.pollFirstEntry();
                int port = Math.abs(answer.getValue());
                char what = answer.getValue() > 0 ? '+' : '-';
                history.add(answer.getKey() / STEP + ":" + port + what);
                model.answer(port, what, answer.getKey());
                int flags = what == '+' ? Segment.SYN | Segment.ACK : Segment.RST | Segment.ACK;
                scans.addAll(detector.add(Segment.v4(answer.getKey(), 2, port, 1, 40_000, flags)));
            }
            if (random.nextInt(5) == 0) {
                scans.addAll(detector.idle(now));
            }
            int port = 1 + random.nextInt(ports);
            history.add(now / STEP + ":" + port);
            model.attempt(port, now);
            scans.addAll(detector.add(Segment.v4(now, 1, 40_000, 2, port, Segment.SYN)));
            int what = random.nextInt(10);
            if (what < answered + refused) {
                // Some come when the time is just over, or has long been.
                int after = random.nextInt(5) == 0 ? 95 + random.nextInt(10) : random.nextInt(60);
                due.put(now + after * STEP, what < answered ? port : -port);
            }
        }
        model.pass(Long.MAX_VALUE);
        scans.addAll(detector.idle(Long.MAX_VALUE));

        List<Long> told = scans.stream()
                .filter(scan -> !scan.ongoing())
                .map(scan -> Duration.between(Instant.EPOCH, scan.detectedAt()).toNanos())
                .toList();
        String what = "seed " + seed + ", " + history + ": " + model.verdicts + " but " + told;
        assertEquals(model.verdicts.size(), told.size(), what);
        for (int i = 0; i < told.size(); i++) {
            long late = told.get(i) - model.verdicts.get(i);
            assertTrue(late >= 0 && late <= TOLD_WITHIN, what);
        }
        return told.size();
    }
}
