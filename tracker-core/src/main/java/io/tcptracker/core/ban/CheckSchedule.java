package io.tcptracker.core.ban;

import java.time.Duration;

/**
 * The schedule of checks for changes of others: at a fixed interval, and as soon as a change is announced. Times are those of a
 * ticker, in nanoseconds.
 *
 * <p>Confined to one thread at a time, but for {@link #announce}.
 */
final class CheckSchedule {
    /** The number of repairs in a row without a pause, for another program that puts its rule first each time. */
    private static final int PATIENCE = 3;
    /** After that, the pause doubles this often at the most. */
    private static final int MOST_DOUBLINGS = 4;
    /** The least pause where rules change all the time, be it by us. */
    private static final long AFTER_CHANGE = Duration.ofSeconds(1).toNanos();

    private final long every;
    private long next;
    /** Before that, no change is a reason to look. */
    private long nextForChange;

    private int damagedInARow;
    /** True if rules were changed since the last check, maybe by us. */
    private volatile boolean changed;

    CheckSchedule(long every, long now) {
        this.every = every;
        next = now + every;
        nextForChange = now;
    }

    /** Records that rules were changed; returns whether that is news. May be called from one other thread. */
    boolean announce() {
        if (changed) {
            return false;
        }
        changed = true;
        return true;
    }

    /** Returns the time until the next check; 0 or less if it is due. */
    long until(long now) {
        return changed ? Math.min(next - now, nextForChange - now) : next - now;
    }

    /** Begins a check; a later change is a reason for another. Returns whether a change was announced. */
    boolean begin() {
        boolean announced = changed;
        changed = false;
        return announced;
    }

    /** Records that a check failed. */
    void failed(long now) {
        next = now + every;
    }

    /**
     * Records the result of a check.
     *
     * @param announced what {@link #begin} returned
     */
    void looked(long now, boolean announced, boolean damaged) {
        if (damaged) {
            damagedInARow++;
        } else if (next - now <= 0) {
            // Not if all that changed since is our own repair, which the other program had no time to undo.
            damagedInARow = 0;
        }
        int doublings = Math.min(MOST_DOUBLINGS, Math.max(0, damagedInARow - PATIENCE));
        next = now + (every << doublings);
        if (doublings > 0) {
            nextForChange = next;
        } else if (announced) {
            nextForChange = now + AFTER_CHANGE;
        }
    }
}
