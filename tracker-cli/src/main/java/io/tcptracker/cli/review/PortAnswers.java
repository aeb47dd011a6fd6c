package io.tcptracker.cli.review;

import java.util.Arrays;
import java.util.function.LongUnaryOperator;

/**
 * What ports answered that were tried: 16 to 32 bytes each, with the time of the latest attempt to the millisecond. Not
 * threadsafe.
 */
public final class PortAnswers {
    // Of which the best counts, as with a verdict: a port that answered once is open.
    public static final int PENDING = 0;
    public static final int REFUSED = 1;
    public static final int ANSWERED = 2;

    private static final int PORT = 0xffff;
    private static final int TAKEN = 1 << 16;
    private static final int STATE_AT = 17;
    private static final long STATE = 3L << STATE_AT;
    private static final int TIME_AT = 19;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long[] entries = new long[8];
    private int size;

    /**
     * How many there are of each kind.
     *
     * @param pending those that may still be answered
     */
    public record Count(int answered, int refused, int silent, int pending) {}

    int size() {
        return size;
    }

    /** Notes an attempt; a port that is new only if there is {@code room}, else false. */
    boolean attempt(int port, long time, boolean room) {
        int at = place(port);
        if (entries[at] == 0) {
            if (!room) {
                return false;
            }
            if (size * 2 >= entries.length) {
                grow();
                at = place(port);
            }
            size++;
        }
        entries[at] = (entries[at] & STATE) | TAKEN | port | (time / NANOS_PER_MILLI) << TIME_AT;
        return true;
    }

    /** Notes an answer; of no effect if the port is not known to have been tried. */
    void answer(int port, int state) {
        int at = place(port);
        if (entries[at] != 0 && state(entries[at]) < state) {
            entries[at] = (entries[at] & ~STATE) | ((long) state << STATE_AT);
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

    private static int state(long entry) {
        return (int) ((entry & STATE) >>> STATE_AT);
    }

    /** @param silentBefore in nanoseconds: what was tried before this and not answered is silent */
    Count count(long silentBefore) {
        long millis = Math.floorDiv(silentBefore, NANOS_PER_MILLI);
        return new Count(
                count(entry -> state(entry) == ANSWERED ? 1 : 0),
                count(entry -> state(entry) == REFUSED ? 1 : 0),
                count(entry -> state(entry) == PENDING && entry >>> TIME_AT < millis ? 1 : 0),
                count(entry -> state(entry) == PENDING && entry >>> TIME_AT >= millis ? 1 : 0));
    }

    private int count(LongUnaryOperator one) {
        return (int) Arrays.stream(entries).filter(entry -> entry != 0).map(one).sum();
    }
}
