package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.scan.Evidence.Kind;
import java.util.stream.IntStream;

/**
 * Rows, one for each of many pairs, of the ports that the pair tried lately, each with the time of its latest attempt and
 * its {@link PackedPort}. Not threadsafe.
 *
 * <p>Of a pair at most one port more than the policy's number is remembered, those attempted last. That is exact: a port's
 * time never goes back, so a port that gave way has so many others later than itself for good, and in any window that it
 * is in those are too, enough for the verdict.
 *
 * <p>If the verdict goes by answers, some ports more are: the earliest of those that have not been answered. Else a scanner
 * in a hurry would have each of them give way before it can be called silent.
 */
final class PortColumns {
    private static final int LATEST = 0;
    private static final int REPORTED_AT = 1;
    private static final int BEGUN = 2;
    private static final int TIMES = 3;
    /** Only where a verdict may be reached without a segment of the pair at hand. */
    private static final int ADDRESS = 3;

    private static final int SIZE = 0;
    private static final int FIRST_PORT = 1;
    /** Beside the size, which is some thousand at the most. */
    private static final int REPORTED = 1 << 16;

    /** More than are unanswered for a while when an ordinary client opens many connections at once. */
    private static final int LEAST_KEPT = 4;

    private final boolean byAnswers;
    private final int kept;
    private final int slots;
    private final int firstTime;
    private final long window;
    private final long answerTimeout;
    /** Of each row the clock at the latest attempt and at the report, when it began, then the time of each port. */
    private final long[] times;
    /** Of each port when it was tried first without an answer; only if the verdict goes by answers. */
    private final long[] since;
    /** Of each row how many ports there are and whether they were reported, then the ports. */
    private final int[] ports;

    /** The places in a row that were tried first without an answer, for {@link #weakest} alone. */
    private final int[] earliest;

    private boolean bothDirections;

    PortColumns(ScanPolicy policy, int rows) {
        byAnswers = policy.goesByAnswers();
        kept = kept(policy);
        slots = policy.ports() + 1 + kept;
        firstTime = firstTime(policy);
        window = policy.window().toNanos();
        answerTimeout = policy.answerTimeout().toNanos();
        times = new long[rows * (firstTime + slots)];
        since = new long[byAnswers ? rows * slots : 0];
        ports = new int[rows * (FIRST_PORT + slots)];
        earliest = new int[kept];
    }

    private static int kept(ScanPolicy policy) {
        return policy.goesByAnswers() ? Math.max(LEAST_KEPT, policy.unanswered()) : 0;
    }

    private static int firstTime(ScanPolicy policy) {
        return policy.goesByAnswers() ? TIMES + 2 : TIMES;
    }

    static int bytesEach(ScanPolicy policy) {
        int slots = policy.ports() + 1 + kept(policy);
        int longs = firstTime(policy) + slots + (policy.goesByAnswers() ? slots : 0);
        return longs * Long.BYTES + (FIRST_PORT + slots) * Integer.BYTES;
    }

    /** From now on a port without an answer is known to have had none. */
    void seeBothDirections() {
        bothDirections = true;
    }

    void clear(int row) {
        ports[portsOf(row) + SIZE] = 0;
    }

    /** Notes an attempt at its own {@code time}, while the detector's clock, which never goes back, shows {@code clock}. */
    void attempt(int row, int marked, long time, long clock) {
        int state = portsOf(row) + SIZE;
        int t = timesOf(row);
        if (clock - times[t + LATEST] > window) {
            ports[state] = 0;
        }
        times[t + LATEST] = clock;
        if (ports[state] == 0) {
            times[t + BEGUN] = time;
        }
        settle(row, time);
        remember(row, marked, time);
    }

    /** Notes who tried last; only if the verdict goes by answers. */
    void attemptBy(int row, long addressHigh, long addressLow) {
        times[timesOf(row) + ADDRESS] = addressHigh;
        times[timesOf(row) + ADDRESS + 1] = addressLow;
    }

    IpAddress address(int row) {
        return new IpAddress(times[timesOf(row) + ADDRESS], times[timesOf(row) + ADDRESS + 1]);
    }

    /** Where in a row a port is, or -1. */
    int find(int row, int port) {
        int p = portsOf(row) + FIRST_PORT;
        for (int i = 0; i < size(row); i++) {
            if (PackedPort.port(ports[p + i]) == port) {
                return i;
            }
        }
        return -1;
    }

    /** The port at a place in the row, and what is known of it. */
    int marked(int row, int place) {
        return ports[portsOf(row) + FIRST_PORT + place];
    }

    /** The same as far as it is known at {@code now}. */
    int marked(int row, int place, long now) {
        return settled(marked(row, place), since(row, place), now);
    }

    void mark(int row, int place, int marked) {
        ports[portsOf(row) + FIRST_PORT + place] = marked;
    }

    /** When the port at a place in the row was tried last. */
    long time(int row, int place) {
        return times[timesOf(row) + firstTime + place];
    }

    /** When it was tried first without an answer. */
    private long since(int row, int place) {
        return byAnswers ? since[row * slots + place] : time(row, place);
    }

    /** Whether there may have been other ports that gave way. */
    boolean isFull(int row) {
        return countWithin(row, latest(row)) == slots;
    }

    /** When the first of those is silent that may still be answered; {@link Long#MAX_VALUE} if there is none. */
    long nextSilence(int row) {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < size(row); i++) {
            if (PackedPort.isPending(marked(row, i))) {
                earliest = Math.min(earliest, since(row, i) + timeout(marked(row, i)));
            }
        }
        return earliest;
    }

    /** Before that nobody is silent, whoever else is tried; {@link Long#MAX_VALUE} if all have been answered. */
    long noSilenceBefore(int row) {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < size(row); i++) {
            if (PackedPort.isPending(marked(row, i))) {
                earliest = Math.min(earliest, since(row, i) + answerTimeout);
            }
        }
        return earliest;
    }

    /** Takes note that time has passed. */
    void settle(int row, long now) {
        for (int i = 0; i < size(row); i++) {
            mark(row, i, marked(row, i, now));
        }
    }

    /** What is known at {@code now} of a port that was tried at {@code time}. */
    int settled(int marked, long time, long now) {
        return bothDirections && now - time > timeout(marked) ? PackedPort.with(marked, PackedPort.SILENT) : marked;
    }

    /** An operating system tries again after a second (RFC 6298, 2.1), so one lost packet is no silence. */
    private long timeout(int marked) {
        return PackedPort.kind(marked) == Kind.CONNECT ? 2 * answerTimeout : answerTimeout;
    }

    private void remember(int row, int marked, long time) {
        int size = size(row);
        int place = find(row, PackedPort.port(marked));
        if (place >= 0 && time - time(row, place) <= window) {
            mark(row, place, PackedPort.again(marked(row, place), marked));
            times[timesOf(row) + firstTime + place] = Math.max(time(row, place), time);
            return;
        }
        if (place < 0) {
            place = size < slots ? size : weakest(row, time);
            if (place == size) {
                ports[portsOf(row) + SIZE]++;
            } else if (time(row, place) > time) {
                return;
            }
        }
        mark(row, place, marked);
        times[timesOf(row) + firstTime + place] = time;
        if (byAnswers) {
            since[row * slots + place] = time;
        }
    }

    /** Which port of a full row gives way: the oldest, but for the first few without an answer that are in the window. */
    private int weakest(int row, long now) {
        int unanswered = 0;
        for (int i = 0; kept > 0 && i < slots; i++) {
            if (PackedPort.state(marked(row, i)) != PackedPort.ANSWERED && now - time(row, i) <= window) {
                unanswered = keep(row, i, unanswered);
            }
        }
        int oldest = -1;
        for (int i = 0; i < slots; i++) {
            if ((oldest < 0 || time(row, i) < time(row, oldest)) && !isKept(row, i, unanswered)) {
                oldest = i;
            }
        }
        return oldest;
    }

    /** Puts a place among those {@link #earliest}, if it is one; returns how many there are then. */
    private int keep(int row, int place, int count) {
        int at = count;
        while (at > 0 && since(row, place) < since(row, earliest[at - 1])) {
            at--;
        }
        if (at == kept) {
            return count;
        }
        int more = Math.min(count + 1, kept);
        System.arraycopy(earliest, at, earliest, at + 1, more - at - 1);
        earliest[at] = place;
        return more;
    }

    private boolean isKept(int row, int place, int count) {
        if (count == 0 || since(row, place) > since(row, earliest[count - 1])) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (earliest[i] == place) {
                return true;
            }
        }
        return false;
    }

    /** The clock at the latest attempt. */
    long latest(int row) {
        return times[timesOf(row) + LATEST];
    }

    /** When the first attempt was since the pair was last quiet for a window. */
    long begun(int row) {
        return times[timesOf(row) + BEGUN];
    }

    boolean isReported(int row) {
        return (ports[portsOf(row) + SIZE] & REPORTED) != 0;
    }

    /** The clock at the latest report. */
    long reportedAt(int row) {
        return times[timesOf(row) + REPORTED_AT];
    }

    void report(int row, long clock) {
        ports[portsOf(row) + SIZE] |= REPORTED;
        times[timesOf(row) + REPORTED_AT] = clock;
    }

    /** The time of the port attempted last; long before the clock if a false time has set the clock forward. */
    long newest(int row) {
        long newest = time(row, 0);
        for (int i = 1; i < size(row); i++) {
            newest = Math.max(newest, time(row, i));
        }
        return newest;
    }

    /** How many ports were attempted at most a window before {@code now}. */
    int countWithin(int row, long now) {
        int size = size(row);
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (now - time(row, i) <= window) {
                count++;
            }
        }
        return count;
    }

    /** The ports attempted at most a window before {@code now}, with what is known of them then. */
    IntStream within(int row, long now) {
        return IntStream.range(0, size(row))
                .filter(i -> now - time(row, i) <= window)
                .map(i -> marked(row, i, now));
    }

    /** How many ports are remembered. */
    int size(int row) {
        return ports[portsOf(row) + SIZE] & ~REPORTED;
    }

    private int timesOf(int row) {
        return row * (firstTime + slots);
    }

    private int portsOf(int row) {
        return row * (FIRST_PORT + slots);
    }
}
