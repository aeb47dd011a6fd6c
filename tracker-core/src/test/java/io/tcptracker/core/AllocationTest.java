package io.tcptracker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Garbage costs time on the thread that must keep up with the wire; unlike time it can be counted to the byte. */
final class AllocationTest {
    private static final int ATTEMPTS = 1_200_000;
    private static final int AT_ONCE = 100_000;
    /** Once, when what runs often is compiled. */
    private static final long TAKEN_BY_JVM = 4_096;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** A class that is used for the first time allocates. */
    @BeforeAll
    static void useAll() {
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofSeconds(60), 1_000));
        for (int port = 1; port <= 4; port++) {
            assertEquals(
                    port != 4,
                    detector.add(Segment.v4(port, 1, 40_000, 2, port, Segment.SYN))
                            .isEmpty());
        }
    }

    @Test
    void floodOfNewSourcesAllocatesNothing() {
        assertAllocatesNothing(i -> Segment.v4(i * 1_000L, i, 40_000, 1, 80, Segment.SYN));
    }

    @Test
    void floodOfSourcesThatTryTwoPortsAllocatesNothing() {
        assertAllocatesNothing(i -> new Segment(i * 1_000L, 1, i / 2, 40_000, 2, 3, i % 2, Segment.SYN));
    }

    @Test
    void busySourcesAllocateNothing() {
        assertAllocatesNothing(i -> Segment.v4(i * 1_000L, i % 1_000, 40_000, 1, i / 1_000 % 3, Segment.SYN));
    }

    @Test
    void attemptsOutOfOrderAllocateNothing() {
        assertAllocatesNothing(i -> Segment.v4((i ^ 0xff) * 1_000L, i, 40_000, 1, 80, Segment.SYN));
    }

    @Test
    void segmentTakesOneObjectOf64Bytes() {
        Segment[] segments = new Segment[AT_ONCE];
        long before = allocated();
        for (int i = 0; i < AT_ONCE; i++) {
            segments[i] = Segment.v4(i, i, 40_000, 1, 80, Segment.SYN);
        }
        long each = (allocated() - before) / AT_ONCE;
        assertTrue(each <= 64, "a segment takes " + each + " bytes");
    }

    private static void assertAllocatesNothing(IntFunction<Segment> attempts) {
        ScanDetector detector = new ScanDetector(new ScanPolicy(3, Duration.ofSeconds(60), 1_000));
        Segment[] segments = new Segment[AT_ONCE];
        long allocated = 0;
        int[] scans = new int[1];
        PacketSource.Sink sink = detector.sink(scan -> scans[0]++);
        for (int from = 0; from < ATTEMPTS; from += AT_ONCE) {
            for (int i = 0; i < AT_ONCE; i++) {
                segments[i] = attempts.apply(from + i);
            }
            long before = allocated();
            for (Segment segment : segments) {
                sink.accept(segment);
            }
            sink.idle(Long.MIN_VALUE);
            allocated += allocated() - before;
        }
        assertEquals(0, scans[0]);
        assertTrue(allocated <= TAKEN_BY_JVM, allocated + " bytes in " + ATTEMPTS + " attempts");
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
