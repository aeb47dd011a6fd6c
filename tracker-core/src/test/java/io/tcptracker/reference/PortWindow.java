package io.tcptracker.reference;

import io.tcptracker.core.scan.ScanPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The ports that one pair tried lately, each with the time of its latest attempt. Not threadsafe.
 *
 * <p>Of a pair at most one port more than the policy's number is remembered, those attempted last. That is exact: a port's
 * time never goes back, so a port that gave way has so many others later than itself for good, and in any window that it
 * is in those are too, enough for the verdict.
 */
final class PortWindow {
    enum Verdict {
        NO_SCAN,
        SCAN,
        SCAN_GOES_ON
    }

    private final int threshold;
    private final long window;
    private int[] ports;
    private long[] times;
    private int size;
    private boolean reported;
    private long reportedAt;
    private long latest;

    PortWindow(ScanPolicy policy) {
        threshold = policy.ports();
        window = policy.window().toNanos();
        // Most pairs try a port or two; room for more is made when it is needed.
        ports = new int[Math.min(threshold + 1, 4)];
        times = new long[ports.length];
    }

    /** Notes an attempt at its own {@code time}, while the detector's clock, which never goes back, shows {@code clock}. */
    Verdict attempt(int port, long time, long clock) {
        if (clock - latest > window) {
            size = 0;
            reported = false;
        }
        latest = clock;
        remember(port, time);
        if (countWithin(time) <= threshold) {
            return Verdict.NO_SCAN;
        }
        if (reported && clock - reportedAt <= window) {
            return Verdict.NO_SCAN;
        }
        Verdict verdict = reported ? Verdict.SCAN_GOES_ON : Verdict.SCAN;
        reported = true;
        reportedAt = clock;
        return verdict;
    }

    private void remember(int port, long time) {
        int oldest = 0;
        for (int i = 0; i < size; i++) {
            if (ports[i] == port) {
                times[i] = Math.max(times[i], time);
                return;
            }
            if (times[i] < times[oldest]) {
                oldest = i;
            }
        }
        if (size <= threshold) {
            if (size == ports.length) {
                int room = Math.min(threshold + 1, 2 * size);
                ports = Arrays.copyOf(ports, room);
                times = Arrays.copyOf(times, room);
            }
            ports[size] = port;
            times[size++] = time;
        } else if (times[oldest] <= time) {
            ports[oldest] = port;
            times[oldest] = time;
        }
    }

    boolean hasSeveralPorts() {
        return size > 1;
    }

    private int countWithin(long now) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (now - times[i] <= window) {
                count++;
            }
        }
        return count;
    }

    /** The ports attempted at most a window before {@code now}, ascending. */
    List<Integer> portsWithin(long now) {
        return IntStream.range(0, size)
                .filter(i -> now - times[i] <= window)
                .map(i -> ports[i])
                .sorted()
                .boxed()
                .toList();
    }
}
