package io.tcptracker.core.scan;

/**
 * The ports that pairs with several ports tried lately: a row for each pair. Each port has the time of its latest attempt and
 * its {@link PackedPort}. {@link PortRecorder} fills the rows, {@link ScanJudge} reads them. Not threadsafe.
 */
final class PortColumns {
    private static final int LATEST = 0;
    private static final int REPORTED_AT = 1;
    private static final int BEGUN = 2;
    private static final int TIMES = 3;
    /** Only with evidence, where a verdict may be reached without a segment of the pair at hand. */
    private static final int ADDRESS = 3;

    private static final int SIZE = 0;
    private static final int FIRST_PORT = 1;
    /** A flag beside the size, which is some thousand at the most. */
    private static final int REPORTED = 1 << 16;

    /** More ports than are unanswered for a while when an ordinary client opens many connections at once. */
    private static final int LEAST_KEPT = 4;

    private final boolean usesEvidence;
    private final int slots;
    private final int firstTime;
    private final long window;
    /** The nanoseconds after which a port is filtered, by {@link PackedPort#kindIndex}. */
    private final long[] filteredAfter;
    /** The times of each row: the clock at the latest attempt and at the report, when it began, then the time of each port. */
    private final long[] times;
    /** The time when each port was first tried without an answer; only with evidence. */
    private final long[] since;
    /** The ports of each row: how many ports there are and whether they were reported, then the ports. */
    private final int[] ports;

    private long bothDirectionsSince = Long.MAX_VALUE;

    PortColumns(ScanPolicy policy, int rows) {
        usesEvidence = policy.usesEvidence();
        slots = slots(policy);
        firstTime = firstTime(policy);
        window = policy.window().toNanos();
        filteredAfter = PackedPort.filteredAfter(policy);
        times = new long[rows * (firstTime + slots)];
        since = new long[usesEvidence ? rows * slots : 0];
        ports = new int[rows * (FIRST_PORT + slots)];
    }

    /** Returns how many unanswered ports of a pair are kept beside the latest ones. */
    static int unansweredKept(ScanPolicy policy) {
        return policy.usesEvidence() ? Math.max(LEAST_KEPT, policy.unanswered()) : 0;
    }

    /** Returns how many ports of a pair are remembered at most. */
    static int slots(ScanPolicy policy) {
        return policy.ports() + 1 + unansweredKept(policy);
    }

    private static int firstTime(ScanPolicy policy) {
        return policy.usesEvidence() ? TIMES + 2 : TIMES;
    }

    static int bytesEach(ScanPolicy policy) {
        int slots = slots(policy);
        int longs = firstTime(policy) + slots + (policy.usesEvidence() ? slots : 0);
        return longs * Long.BYTES + (FIRST_PORT + slots) * Integer.BYTES;
    }

    /** Starts to count ports as filtered, unless that has begun: at {@code now} the capture has shown an answer. */
    void seeBothDirections(long now) {
        if (bothDirectionsSince == Long.MAX_VALUE) {
            bothDirectionsSince = now;
        }
    }

    /** Returns when ports began to count as filtered; {@link Long#MAX_VALUE} before that. */
    long bothDirectionsSince() {
        return bothDirectionsSince;
    }

    void clear(int row) {
        ports[portsOf(row) + SIZE] = 0;
    }

    /** Records when an attempt was made, which starts the row again after a window without one. */
    void advance(int row, long time, long clock) {
        int state = portsOf(row) + SIZE;
        int t = timesOf(row);
        if (clock - times[t + LATEST] > window) {
            ports[state] = 0;
        }
        times[t + LATEST] = clock;
        if (ports[state] == 0) {
            times[t + BEGUN] = time;
        }
    }

    /** Records the address of the latest attempt; only with evidence. */
    void setAddress(int row, long addressHigh, long addressLow) {
        times[timesOf(row) + ADDRESS] = addressHigh;
        times[timesOf(row) + ADDRESS + 1] = addressLow;
    }

    long addressHigh(int row) {
        return times[timesOf(row) + ADDRESS];
    }

    long addressLow(int row) {
        return times[timesOf(row) + ADDRESS + 1];
    }

    /** Returns the place of a port in a row, or -1. */
    int find(int row, int port) {
        int p = portsOf(row) + FIRST_PORT;
        for (int i = 0; i < size(row); i++) {
            if (PackedPort.port(ports[p + i]) == port) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the port at a place in the row, as {@link PackedPort}. */
    int packed(int row, int place) {
        return ports[portsOf(row) + FIRST_PORT + place];
    }

    /** Returns the port at a place in the row, filtered if it is by {@code now}. */
    int packed(int row, int place, long now) {
        return withTimeout(packed(row, place), since(row, place), now);
    }

    void update(int row, int place, int packed) {
        ports[portsOf(row) + FIRST_PORT + place] = packed;
    }

    /** Sets a place in the row; the place after the last one makes the row longer. */
    void put(int row, int place, int packed, long time) {
        if (place == size(row)) {
            ports[portsOf(row) + SIZE]++;
        }
        update(row, place, packed);
        setTime(row, place, time);
        if (usesEvidence) {
            since[row * slots + place] = time;
        }
    }

    /** Returns when the port at a place in the row was tried last. */
    long time(int row, int place) {
        return times[timesOf(row) + firstTime + place];
    }

    void setTime(int row, int place, long time) {
        times[timesOf(row) + firstTime + place] = time;
    }

    /** Returns when the port at a place in the row was first tried without an answer. */
    long since(int row, int place) {
        return usesEvidence ? since[row * slots + place] : time(row, place);
    }

    /** Returns whether there may have been other ports, which were evicted. */
    boolean isFull(int row) {
        return countWithin(row, latest(row)) == slots;
    }

    /** Records which ports are filtered by {@code now}. */
    void applyTimeouts(int row, long now) {
        for (int i = 0; i < size(row); i++) {
            update(row, i, packed(row, i, now));
        }
    }

    /** Returns a port that was tried at {@code time}, filtered if it is by {@code now}. */
    int withTimeout(int packed, long time, long now) {
        return bothDirectionsSince != Long.MAX_VALUE && now - time > filteredAfter(packed)
                ? PackedPort.withState(packed, PortState.FILTERED)
                : packed;
    }

    /** Returns for how many nanoseconds the port may be without an answer; see {@link ScanPolicy#filteredAfter}. */
    long filteredAfter(int packed) {
        return filteredAfter[PackedPort.kindIndex(packed)];
    }

    /** Returns the clock at the latest attempt. */
    long latest(int row) {
        return times[timesOf(row) + LATEST];
    }

    /** Returns when the first attempt was since the pair was last quiet for a window. */
    long begun(int row) {
        return times[timesOf(row) + BEGUN];
    }

    boolean isReported(int row) {
        return (ports[portsOf(row) + SIZE] & REPORTED) != 0;
    }

    /** Returns the clock at the latest report. */
    long reportedAt(int row) {
        return times[timesOf(row) + REPORTED_AT];
    }

    void report(int row, long clock) {
        ports[portsOf(row) + SIZE] |= REPORTED;
        times[timesOf(row) + REPORTED_AT] = clock;
    }

    /** Returns how many ports were tried at most a window before {@code now}. */
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

    /** Returns how many ports are remembered. */
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
