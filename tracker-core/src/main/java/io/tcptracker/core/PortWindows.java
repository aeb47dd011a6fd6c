package io.tcptracker.core;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows, one for each of many pairs, of the ports that the pair tried lately, each with the time of its latest attempt. Not
 * threadsafe.
 *
 * <p>Of a pair at most one port more than the policy's number is remembered, those attempted last. That is exact: a port's
 * time never goes back, so a port that gave way has so many others later than itself for good, and in any window that it
 * is in those are too, enough for the verdict.
 */
final class PortWindows {
    enum Verdict {
        NO_SCAN,
        SCAN,
        SCAN_GOES_ON
    }

    private static final int LATEST = 0;
    private static final int REPORTED_AT = 1;
    private static final int FIRST_TIME = 2;

    private static final int SIZE = 0;
    private static final int FIRST_PORT = 1;
    /** Beside the size, which is 1,001 at the most. */
    private static final int REPORTED = 0x8000;

    private final int slots;
    private final long window;
    /** Of each row the clock at the latest attempt and at the report, then the time of each port. */
    private final long[] times;
    /** Of each row how many ports there are and whether they were reported, then the ports. */
    private final char[] ports;

    PortWindows(ScanPolicy policy, int rows) {
        slots = policy.ports() + 1;
        window = policy.window().toNanos();
        times = new long[rows * (FIRST_TIME + slots)];
        ports = new char[rows * (FIRST_PORT + slots)];
    }

    static int bytesEach(ScanPolicy policy) {
        int slots = policy.ports() + 1;
        return (FIRST_TIME + slots) * Long.BYTES + (FIRST_PORT + slots) * Character.BYTES;
    }

    void clear(int row) {
        ports[portsOf(row) + SIZE] = 0;
    }

    /** Notes an attempt at its own {@code time}, while the detector's clock, which never goes back, shows {@code clock}. */
    Verdict attempt(int row, int port, long time, long clock) {
        int state = portsOf(row) + SIZE;
        int t = timesOf(row);
        if (clock - times[t + LATEST] > window) {
            ports[state] = 0;
        }
        times[t + LATEST] = clock;
        remember(row, port, time);
        if (countWithin(row, time) < slots) {
            return Verdict.NO_SCAN;
        }
        boolean reported = (ports[state] & REPORTED) != 0;
        if (reported && clock - times[t + REPORTED_AT] <= window) {
            return Verdict.NO_SCAN;
        }
        ports[state] = (char) (ports[state] | REPORTED);
        times[t + REPORTED_AT] = clock;
        return reported ? Verdict.SCAN_GOES_ON : Verdict.SCAN;
    }

    private void remember(int row, int port, long time) {
        int p = portsOf(row) + FIRST_PORT;
        int t = timesOf(row) + FIRST_TIME;
        int size = size(row);
        int oldest = 0;
        for (int i = 0; i < size; i++) {
            if (ports[p + i] == port) {
                times[t + i] = Math.max(times[t + i], time);
                return;
            }
            if (times[t + i] < times[t + oldest]) {
                oldest = i;
            }
        }
        if (size < slots) {
            ports[p + size] = (char) port;
            times[t + size] = time;
            ports[portsOf(row) + SIZE]++;
        } else if (times[t + oldest] <= time) {
            ports[p + oldest] = (char) port;
            times[t + oldest] = time;
        }
    }

    /** The clock at the latest attempt. */
    long latest(int row) {
        return times[timesOf(row) + LATEST];
    }

    /** Zero if the pair has been quiet for longer than a window, else the more the closer it is to a scan. */
    int strength(int row, long clock) {
        if (clock - latest(row) > window) {
            return 0;
        }
        boolean reported = (ports[portsOf(row) + SIZE] & REPORTED) != 0;
        return reported ? Integer.MAX_VALUE - 1 : 1 + countWithin(row, newest(row));
    }

    /** The time of the port attempted last; long before the clock if a false time has set the clock forward. */
    private long newest(int row) {
        int t = timesOf(row) + FIRST_TIME;
        long newest = times[t];
        for (int i = 1; i < size(row); i++) {
            newest = Math.max(newest, times[t + i]);
        }
        return newest;
    }

    private int countWithin(int row, long now) {
        int t = timesOf(row) + FIRST_TIME;
        int size = size(row);
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (now - times[t + i] <= window) {
                count++;
            }
        }
        return count;
    }

    /** The ports attempted at most a window before {@code now}, ascending. */
    List<Integer> portsWithin(int row, long now) {
        int t = timesOf(row) + FIRST_TIME;
        return IntStream.range(0, size(row))
                .filter(i -> now - times[t + i] <= window)
                .map(i -> ports[portsOf(row) + FIRST_PORT + i])
                .sorted()
                .boxed()
                .toList();
    }

    /** How many ports are remembered. */
    int size(int row) {
        return ports[portsOf(row) + SIZE] & ~REPORTED;
    }

    private int timesOf(int row) {
        return row * (FIRST_TIME + slots);
    }

    private int portsOf(int row) {
        return row * (FIRST_PORT + slots);
    }
}
