package io.tcptracker.cli.review;

import io.tcptracker.core.scan.PortState;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The states of the ports that a pair tried, each with the time from which the port is filtered, to the millisecond. A port
 * takes 16 to 32 bytes. Not threadsafe.
 */
final class PortStates {
    private static final PortState[] STATES = PortState.values();
    private static final int PORT = 0xffff;
    private static final int TAKEN = 1 << 16;
    private static final int STATE_AT = 17;
    private static final long STATE = 3L << STATE_AT;
    private static final int TIME_AT = 19;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long[] entries = new long[8];
    private int size;

    int size() {
        return size;
    }

    /**
     * Records an attempt. A port without an answer keeps its deadline: trying it again gives it no more time.
     *
     * @param filteredAt from when the port is filtered, in nanoseconds, if no answer comes
     * @param staleBefore a deadline before this time is forgotten, as it is of another window
     * @param room whether there is room for a new port
     */
    void attempt(int port, long filteredAt, long staleBefore, boolean room) {
        int at = place(port);
        boolean known = entries[at] != 0;
        if (!known) {
            if (!room) {
                return;
            }
            if (size * 2 >= entries.length) {
                grow();
                at = place(port);
            }
            size++;
        }
        if (!known || time(entries[at]) < Math.floorDiv(staleBefore, NANOS_PER_MILLI)) {
            entries[at] = (entries[at] & STATE) | TAKEN | port | (filteredAt / NANOS_PER_MILLI) << TIME_AT;
        }
    }

    /** Records an answer; without effect on a port that the pair isn't known to have tried. */
    @SuppressWarnings("EnumOrdinal") // in memory alone
    void answer(int port, PortState state) {
        int at = place(port);
        if (entries[at] != 0 && state(entries[at]).compareTo(state) < 0) {
            entries[at] = (entries[at] & ~STATE) | ((long) state.ordinal() << STATE_AT);
        }
    }

    private int place(int port) {
        int at = port & (entries.length - 1);
        while (entries[at] != 0 && (entries[at] & PORT) != port) {
            at = (at + 1) & (entries.length - 1);
        }
        return at;
    }

    private void grow() {
        long[] before = entries;
        entries = new long[before.length * 2];
        for (long entry : before) {
            if (entry != 0) {
                entries[place((int) entry & PORT)] = entry;
            }
        }
    }

    private static PortState state(long entry) {
        return STATES[(int) ((entry & STATE) >>> STATE_AT)];
    }

    private static long time(long entry) {
        return entry >>> TIME_AT;
    }

    /** Counts the ports of each state at {@code now}, in nanoseconds. */
    PortCounts count(long now) {
        long millis = Math.floorDiv(now, NANOS_PER_MILLI);
        return new PortCounts(
                count(entry -> state(entry) == PortState.OPEN),
                count(entry -> state(entry) == PortState.CLOSED),
                count(entry -> state(entry) == PortState.PENDING && time(entry) < millis),
                count(entry -> state(entry) == PortState.PENDING && time(entry) >= millis));
    }

    private int count(LongPredicate which) {
        return (int)
                Arrays.stream(entries).filter(entry -> entry != 0).filter(which).count();
    }
}
