package io.tcptracker.cli.replay;

import io.tcptracker.cli.review.PortAnswers;
import io.tcptracker.core.scan.ScanPolicy;

/**
 * How close a pair came to breaking a rule: the most ports within a window, and if they were enough, of those windows the one
 * with the most unanswered. So many ports are looked at at once, and no more. Not threadsafe.
 */
final class NearestMiss {
    private static final int LEAST_KEPT = 64;

    private final ScanPolicy policy;
    private final long window;
    private final long timeout;
    private final int[] port;
    private final int[] state;
    private final boolean[] probed;
    private final long[] time;
    private int size;
    private int ports;
    private int unanswered;
    private long at;

    NearestMiss(ScanPolicy policy) {
        this.policy = policy;
        window = policy.window().toNanos();
        // As for a SYN of an operating system: where there is no scan, somebody may have been given that time.
        timeout = 2 * policy.answerTimeout().toNanos();
        int kept = Math.max(LEAST_KEPT, policy.ports() + 1);
        port = new int[kept];
        state = new int[kept];
        probed = new boolean[kept];
        time = new long[kept];
    }

    /** How many ports there were at most; more, if {@link #isFull}. */
    int ports() {
        return ports;
    }

    int unanswered() {
        return unanswered;
    }

    /** When that was, by the latest of them. */
    long at() {
        return at;
    }

    boolean isFull() {
        return ports == port.length;
    }

    void attempt(int tried, boolean probe, long now, boolean bothDirections) {
        if (probe && policy.unanswered() == 0) {
            return;
        }
        settle(now, bothDirections);
        int place = find(tried);
        if (place < 0) {
            place = free(now);
            port[place] = tried;
            state[place] = PortAnswers.PENDING;
            probed[place] = false;
            time[place] = now;
        }
        probed[place] |= probe;
        time[place] = Math.max(time[place], now);
        judge(now, now, bothDirections);
    }

    void answer(int tried, int answered, boolean bothDirections) {
        int place = find(tried);
        if (place >= 0 && answered > state[place]) {
            state[place] = answered;
            judge(latest(), latest(), bothDirections);
        }
    }

    /** Judges what there was before {@code now}, as far as it is silent by then. */
    void settle(long now, boolean bothDirections) {
        if (size > 0) {
            long latest = latest();
            long silent = latest + timeout + 1;
            judge(latest, Math.min(now, silent), bothDirections);
        }
    }

    private long latest() {
        long latest = time[0];
        for (int i = 1; i < size; i++) {
            latest = Math.max(latest, time[i]);
        }
        return latest;
    }

    private void judge(long latest, long now, boolean bothDirections) {
        int count = 0;
        int without = 0;
        for (int i = 0; i < size; i++) {
            if (latest - time[i] <= window) {
                count++;
                boolean silent = state[i] == PortAnswers.PENDING && bothDirections && now - time[i] > timeout;
                without += silent || state[i] == PortAnswers.REFUSED || probed[i] ? 1 : 0;
            }
        }
        boolean closer = (count > policy.ports() && ports > policy.ports())
                ? without > unanswered || (without == unanswered && count > ports)
                : count > ports;
        if (closer) {
            ports = count;
            unanswered = without;
            at = latest;
        }
    }

    private int find(int wanted) {
        for (int i = 0; i < size; i++) {
            if (port[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Where there is room: best where none is in the window, else in place of the oldest, those last that weren't answered. */
    private int free(long now) {
        int best = 0;
        for (int i = 0; i < size; i++) {
            if (now - time[i] > window) {
                return i;
            }
            boolean oneAnswered = state[i] == PortAnswers.ANSWERED;
            boolean bestAnswered = state[best] == PortAnswers.ANSWERED;
            if (oneAnswered == bestAnswered ? time[i] < time[best] : oneAnswered) {
                best = i;
            }
        }
        return size < port.length ? size++ : best;
    }
}
