package io.tcptracker.capture.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StepFreeClockTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long HOUR = 3_600 * SECOND;
    private static final long START = 1_700_000_000 * SECOND;

    private long ahead = 5 * HOUR;
    private int asked;
    private final StepFreeClock time = new StepFreeClock(() -> {
        asked++;
        return ahead;
    });

    @Test
    void leavesStampsAloneWhileTheClockRunsEvenly() {
        for (long t = 0; t < HOUR; t += 7 * SECOND / 3) {
            assertArrives(t, 0, t);
        }
    }

    @Test
    void goesOnEvenlyWhenTheClockIsSetForthAndBack() {
        // each: real time, what the clock is off by, what is to come out
        long[][] timeline = {
            {0, 0, 0},
            {1 * SECOND, 0, 1 * SECOND},
            {2 * SECOND, HOUR, 2 * SECOND}, // forth
            {3 * SECOND, HOUR, 3 * SECOND},
            {70 * SECOND, HOUR, 70 * SECOND},
            {71 * SECOND, 0, 71 * SECOND}, // and back
            {72 * SECOND, -HOUR, 72 * SECOND}, // back
            {73 * SECOND, -HOUR, 73 * SECOND},
            {10 * HOUR, -HOUR, 10 * HOUR}, // a long silence
            {20 * HOUR, HOUR, 20 * HOUR}, // set in a silence
            {20 * HOUR + SECOND, HOUR, 20 * HOUR + SECOND},
        };
        for (long[] row : timeline) {
            assertArrives(row[0], row[1], row[2]);
        }
    }

    @Test
    void aBurstAfterAStepKeepsItsDistances() {
        assertArrives(0, 0, 0);
        for (int i = 0; i < 10_000; i++) {
            long real = SECOND + i * MILLI / 10;
            assertArrives(real, -HOUR, real);
        }
        assertTrue(asked < 10, "in a burst the clock was read " + asked + " times");
    }

    @Test
    void jitterAndSmallCorrectionsPassUnchanged() {
        long seed = 42;
        Random random = new Random(seed);
        long real = 0;
        for (int i = 0; i < 10_000; i++) {
            real += random.nextLong(400 * MILLI);
            long jitter = random.nextLong(-300 * MILLI, 300 * MILLI);
            assertEquals(real + jitter, time.of(START + real + jitter) - START, "seed " + seed + ", packet " + i);
        }
    }

    /** Were the two clocks to differ by some parts in a million, over days that would be seconds, and no step. */
    @Test
    void slowDriftPassesUnchanged() {
        for (long t = 0; t < 1_000 * HOUR; t += 60 * SECOND) {
            long drift = t / 20_000; // 50 ppm
            assertArrives(t, drift, t + drift);
        }
    }

    @Test
    void aStepTooSmallToMatterPassesUnchanged() {
        assertArrives(0, 0, 0);
        assertArrives(SECOND, SECOND, 2 * SECOND);
        assertArrives(10 * SECOND, SECOND, 11 * SECOND);
    }

    /** Packets that waited, as while the reader was held up, come long after their stamps. That is no step. */
    @Test
    void packetsThatWaitedKeepTheirTimes() {
        for (long t = 0; t <= HOUR; t += 100 * MILLI) {
            assertArrives(t, 0, t);
        }
        assertArrives(0, 0, 0); // an hour late
        assertArrives(HOUR, 0, HOUR);
    }

    /** As a packet would have that is stamped now, which changes nothing for packets that were stamped before. */
    @Test
    void aReadingOfTheClockHasTheTimeOfAPacketStampedNow() {
        assertEquals(START, time.ofReading(START), "before any packet");
        assertArrives(0, 0, 0);
        for (long[] row : new long[][] {
            // when, what the clock is off by
            {SECOND, 0},
            {60 * SECOND, 0}, // in a silence
            {61 * SECOND, HOUR}, // set forth
            {62 * SECOND, -HOUR}, // back
            {HOUR, -2 * HOUR}, // again
        }) {
            ahead = 5 * HOUR + row[1];
            assertEquals(row[0], time.ofReading(START + row[0] + row[1]) - START, "after " + row[0] + " ns");
            assertEquals(1, time.of(START + 1) - START, "a packet stamped before the clock was set");
        }
        assertArrives(HOUR + 1, -2 * HOUR, HOUR + 1);
        assertEquals(
                HOUR + 2, time.ofReading(START - HOUR + 2) - START, "after a packet has told that the clock was set");
    }

    /** What is told on a silent link goes on evenly too, and costs a packet no more readings. */
    @Test
    void readingsOfTheClockLeaveABurstAlone() {
        for (int i = 0; i < 10_000; i++) {
            long real = i * MILLI / 10;
            assertArrives(real, 0, real);
            assertEquals(real, time.ofReading(START + real) - START);
        }
        assertTrue(asked < 10, "in a burst the clock was read " + asked + " times");
    }

    private void assertArrives(long real, long clockIsOffBy, long expected) {
        ahead = 5 * HOUR + clockIsOffBy;
        long out = time.of(START + real + clockIsOffBy);
        assertEquals(
                expected, out - START, () -> "after " + real + " ns with the clock off by " + clockIsOffBy + " ns");
    }
}
