package io.tcptracker.core;

import io.tcptracker.core.Evidence.Kind;
import io.tcptracker.core.ScanPolicy.Rule;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows, one for each of many pairs, of the ports that the pair tried lately, each with the time of its latest attempt and
 * its {@link Marks}. Not threadsafe.
 *
 * <p>Of a pair at most one port more than the policy's number is remembered, those attempted last. That is exact: a port's
 * time never goes back, so a port that gave way has so many others later than itself for good, and in any window that it
 * is in those are too, enough for the verdict.
 *
 * <p>If the verdict goes by answers, some ports more are: the earliest of those that have not been answered. Else a scanner
 * in a hurry would have each of them give way before it can be called silent.
 */
final class PortWindows {
    enum Verdict {
        NO_SCAN,
        /** It depends on answers that may still come. */
        UNDECIDED,
        SCAN,
        SCAN_GOES_ON
    }

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

    private final ScanPolicy policy;
    private final int enough;
    private final int kept;
    private final int slots;
    private final int firstTime;
    private final long window;
    private final long answerTimeout;
    private final boolean byAnswers;
    /** Of each row the clock at the latest attempt and at the report, when it began, then the time of each port. */
    private final long[] times;
    /** Of each port when it was tried first without an answer; only if the verdict goes by answers. */
    private final long[] since;
    /** Of each row how many ports there are and whether they were reported, then the ports. */
    private final int[] ports;

    private boolean bothDirections;

    PortWindows(ScanPolicy policy, int rows) {
        this.policy = policy;
        enough = policy.ports() + 1;
        byAnswers = policy.goesByAnswers();
        kept = kept(policy);
        slots = enough + kept;
        firstTime = firstTime(policy);
        window = policy.window().toNanos();
        answerTimeout = policy.answerTimeout().toNanos();
        times = new long[rows * (firstTime + slots)];
        since = new long[byAnswers ? rows * slots : 0];
        ports = new int[rows * (FIRST_PORT + slots)];
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
    Verdict attempt(int row, int marked, long time, long clock) {
        int state = portsOf(row) + SIZE;
        int t = timesOf(row);
        if (clock - times[t + LATEST] > window) {
            ports[state] = 0;
        }
        times[t + LATEST] = clock;
        if (ports[state] == 0) {
            times[t + BEGUN] = time;
        }
        remember(row, marked, time);
        return judge(row, time, clock);
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
            if (Marks.port(ports[p + i]) == port) {
                return i;
            }
        }
        return -1;
    }

    /** The port at a place in the row, and what is known of it. */
    int marked(int row, int place) {
        return ports[portsOf(row) + FIRST_PORT + place];
    }

    /** Whether there may have been other ports that gave way. */
    boolean isFull(int row) {
        return size(row) == slots;
    }

    /** Notes what the port at a place in the row answered. */
    Verdict answer(int row, int place, int state, long time, long clock) {
        int at = portsOf(row) + FIRST_PORT + place;
        ports[at] = Marks.with(ports[at], state);
        return byAnswers && state == Marks.REFUSED ? judge(row, time, clock) : Verdict.NO_SCAN;
    }

    /** Notes that the source reset the connection to the port at a place in the row. */
    void reset(int row, int place) {
        int at = portsOf(row) + FIRST_PORT + place;
        ports[at] = Marks.halfOpen(ports[at]);
    }

    /** When the first of those is silent that may still be answered. */
    long nextSilence(int row) {
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < size(row); i++) {
            int marked = ports[portsOf(row) + FIRST_PORT + i];
            if (Marks.isPending(marked)) {
                earliest = Math.min(earliest, since(row, i) + timeout(marked));
            }
        }
        return earliest;
    }

    /** Judges when time has passed without an attempt. */
    Verdict wait(int row, long time, long clock) {
        int p = portsOf(row) + FIRST_PORT;
        for (int i = 0; i < size(row); i++) {
            ports[p + i] = settled(ports[p + i], since(row, i), time);
        }
        return judge(row, time, clock);
    }

    /** What is known at {@code now} of a port that was tried at {@code time}. */
    int settled(int marked, long time, long now) {
        return bothDirections && now - time > timeout(marked) ? Marks.with(marked, Marks.SILENT) : marked;
    }

    /** An operating system tries again after a second (RFC 6298, 2.1), so one lost packet is no silence. */
    private long timeout(int marked) {
        return Marks.kind(marked) == Kind.CONNECT ? 2 * answerTimeout : answerTimeout;
    }

    private void remember(int row, int marked, long time) {
        int p = portsOf(row) + FIRST_PORT;
        int t = timesOf(row) + firstTime;
        int size = size(row);
        for (int i = 0; i < size; i++) {
            ports[p + i] = settled(ports[p + i], since(row, i), time);
        }
        int place = find(row, Marks.port(marked));
        if (place < 0) {
            place = size < slots ? size : weakest(row, time);
            if (place == size) {
                ports[portsOf(row) + SIZE]++;
            } else if (times[t + place] > time) {
                return;
            }
        } else if (time - times[t + place] <= window) {
            ports[p + place] = Marks.again(ports[p + place], marked);
            times[t + place] = Math.max(times[t + place], time);
            return;
        }
        ports[p + place] = marked;
        times[t + place] = time;
        if (byAnswers) {
            since[row * slots + place] = time;
        }
    }

    /** When a port was tried that has no answer. */
    private long since(int row, int place) {
        return byAnswers ? since[row * slots + place] : times[timesOf(row) + firstTime + place];
    }

    /** Which port of a full row gives way: the oldest, but for the first few without an answer that are in the window. */
    private int weakest(int row, long now) {
        int t = timesOf(row) + firstTime;
        int oldest = -1;
        for (int i = 0; i < slots; i++) {
            if ((oldest < 0 || times[t + i] < times[t + oldest]) && !isKept(row, i, now)) {
                oldest = i;
            }
        }
        return oldest;
    }

    private boolean isKept(int row, int place, long now) {
        int p = portsOf(row) + FIRST_PORT;
        int t = timesOf(row) + firstTime;
        if (kept == 0 || Marks.state(ports[p + place]) == Marks.ANSWERED || now - times[t + place] > window) {
            return false;
        }
        int before = 0;
        for (int i = 0; i < slots; i++) {
            boolean earlier = times[t + i] < times[t + place] || (times[t + i] == times[t + place] && i < place);
            if (earlier && Marks.state(ports[p + i]) != Marks.ANSWERED && now - times[t + i] <= window) {
                before++;
            }
        }
        return before < kept;
    }

    private Verdict judge(int row, long now, long clock) {
        if (countWithin(row, now) < enough) {
            return Verdict.NO_SCAN;
        }
        int state = portsOf(row) + SIZE;
        int t = timesOf(row);
        boolean reported = (ports[state] & REPORTED) != 0;
        if (reported && clock - times[t + REPORTED_AT] <= window) {
            return Verdict.NO_SCAN;
        }
        if (byAnswers && unansweredWithin(row, now) < policy.unanswered()) {
            return Verdict.UNDECIDED;
        }
        if (policy.rule() == Rule.DISTRIBUTED && addresses(row, now) * (long) ScanPolicy.DEFAULT.ports() < enough) {
            return Verdict.NO_SCAN;
        }
        ports[state] |= REPORTED;
        times[t + REPORTED_AT] = clock;
        return reported ? Verdict.SCAN_GOES_ON : Verdict.SCAN;
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
        int t = timesOf(row) + firstTime;
        long newest = times[t];
        for (int i = 1; i < size(row); i++) {
            newest = Math.max(newest, times[t + i]);
        }
        return newest;
    }

    private int countWithin(int row, long now) {
        int t = timesOf(row) + firstTime;
        int size = size(row);
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (now - times[t + i] <= window) {
                count++;
            }
        }
        return count;
    }

    private int unansweredWithin(int row, long now) {
        int p = portsOf(row) + FIRST_PORT;
        int t = timesOf(row) + firstTime;
        int count = 0;
        int acks = 0;
        for (int i = 0; i < size(row); i++) {
            if (now - times[t + i] > window) {
                continue;
            }
            int marked = settled(ports[p + i], since(row, i), now);
            if (Marks.kind(marked) == Kind.ACK) {
                acks = Math.max(acks, likeIt(row, marked, now));
            } else if (Marks.isUnanswered(marked)) {
                count++;
            }
        }
        // Each connection has a port of its own at the client's side: what comes from one port to several is none.
        return acks > 1 ? count + acks : count;
    }

    /** How many ports were probed with ACK from where this one was. */
    private int likeIt(int row, int marked, long now) {
        int p = portsOf(row) + FIRST_PORT;
        int t = timesOf(row) + firstTime;
        int count = 0;
        for (int i = 0; i < size(row); i++) {
            boolean like = Marks.kind(ports[p + i]) == Kind.ACK && Marks.origin(ports[p + i]) == Marks.origin(marked);
            if (like && now - times[t + i] <= window) {
                count++;
            }
        }
        return count;
    }

    private IntStream within(int row, long now, IntPredicate which) {
        int t = timesOf(row) + firstTime;
        return IntStream.range(0, size(row))
                .filter(i -> now - times[t + i] <= window)
                .map(i -> settled(ports[portsOf(row) + FIRST_PORT + i], since(row, i), now))
                .filter(which);
    }

    /** How many addresses tried the ports attempted at most a window before {@code now}, about. */
    int addresses(int row, long now) {
        IntStream known = within(row, now, marked -> Marks.kind(marked) != Kind.ACK);
        return Math.max(1, (int) known.map(Marks::origin).distinct().count());
    }

    /** The ports attempted at most a window before {@code now}, ascending. */
    List<Integer> portsWithin(int row, long now) {
        return listed(row, now, any -> true);
    }

    Evidence evidence(int row, long now) {
        return new Evidence(
                kind(row, now),
                instant(times[timesOf(row) + BEGUN]),
                instant(newest(row)),
                listed(row, now, marked -> Marks.state(marked) == Marks.ANSWERED),
                listed(row, now, marked -> Marks.state(marked) == Marks.REFUSED),
                listed(row, now, marked -> Marks.state(marked) == Marks.SILENT));
    }

    private List<Integer> listed(int row, long now, IntPredicate which) {
        return within(row, now, which).map(Marks::port).sorted().boxed().toList();
    }

    private Kind kind(int row, long now) {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        // Whether a SYN leads to a connection shows where one is answered.
        within(row, now, any -> true)
                .mapToObj(Marks::kind)
                .forEach(each -> counts.merge(each == Kind.CONNECT ? Kind.SYN : each, 1, Integer::sum));
        Kind most =
                Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
        boolean completed = within(row, now, Marks::isCompleted).findAny().isPresent();
        return most == Kind.SYN && completed ? Kind.CONNECT : most;
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
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
