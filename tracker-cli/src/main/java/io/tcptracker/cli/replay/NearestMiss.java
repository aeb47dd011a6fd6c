package io.tcptracker.cli.replay;

import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.ScanPolicy;

/**
 * The window in which a pair came closest to breaking a rule. That is the window with the most ports; among windows with
 * enough ports, it is the one with the most unanswered ports. The number of ports held at once is bounded. Not threadsafe.
 */
final class NearestMiss {
    private static final int LEAST_KEPT = 64;

    private final ScanPolicy policy;
    private final long window;
    private final long longestTimeout;
    private final int[] port;
    private final PortState[] state;
    private final Kind[] kind;
    private final long[] time;
    private final long[] since;
    private int size;
    private int ports;
    private int unanswered;
    private long at;

    NearestMiss(ScanPolicy policy) {
        this.policy = policy;
        window = policy.window().toNanos();
        longestTimeout = policy.filteredAfter(Kind.CONNECT).toNanos();
        int kept = Math.max(LEAST_KEPT, policy.ports() + 1);
        port = new int[kept];
        state = new PortState[kept];
        kind = new Kind[kept];
        time = new long[kept];
        since = new long[kept];
    }

    /** Returns the number of ports in the window; there were more if {@link #isFull}. */
    int ports() {
        return ports;
    }

    /** Returns the number of unanswered ports in the window. */
    int unanswered() {
        return unanswered;
    }

    /** Returns the time of the latest attempt in the window. */
    long at() {
        return at;
    }

    boolean isFull() {
        return ports == port.length;
    }

    void attempt(int tried, Kind how, long now, boolean bothDirections) {
        if (!how.isAttempt() && !policy.usesEvidence()) {
            return;
        }
        settle(now, bothDirections);
        int place = find(tried);
        if (place < 0 || now - time[place] > window) {
            place = place < 0 ? free(now) : place;
            port[place] = tried;
            state[place] = PortState.PENDING;
            kind[place] = how;
            time[place] = now;
            since[place] = now;
        }
        kind[place] = how.compareTo(kind[place]) > 0 ? how : kind[place];
        time[place] = Math.max(time[place], now);
        judge(now, now, bothDirections);
    }

    void answer(int tried, PortState answered, boolean bothDirections) {
        int place = find(tried);
        if (place >= 0 && answered.compareTo(state[place]) > 0) {
            state[place] = answered;
            judge(latest(), latest(), bothDirections);
        }
    }

    /** Judges the ports as they were before {@code now}: which of them are filtered by then. */
    void settle(long now, boolean bothDirections) {
        if (size > 0) {
            long latest = latest();
            long allFiltered = latest + longestTimeout + 1;
            judge(latest, Math.min(now, allFiltered), bothDirections);
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
                without += isUnanswered(i, now, bothDirections) ? 1 : 0;
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

    private boolean isUnanswered(int place, long now, boolean bothDirections) {
        boolean filtered = state[place] == PortState.PENDING
                && bothDirections
                && now - since[place] > policy.filteredAfter(kind[place]).toNanos();
        return filtered || state[place] == PortState.CLOSED || !kind[place].isAttempt();
    }

    private int find(int wanted) {
        for (int i = 0; i < size; i++) {
            if (port[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** Returns a place for a port: one out of the window, or a new one, or the oldest with open ports first. */
    private int free(long now) {
        int best = 0;
        for (int i = 0; i < size; i++) {
            if (now - time[i] > window) {
                return i;
            }
            boolean oneOpen = state[i] == PortState.OPEN;
            boolean bestOpen = state[best] == PortState.OPEN;
            if (oneOpen == bestOpen ? time[i] < time[best] : oneOpen) {
                best = i;
            }
        }
        return size < port.length ? size++ : best;
    }
}
