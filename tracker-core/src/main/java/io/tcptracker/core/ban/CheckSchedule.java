package io.tcptracker.core.ban;

import java.time.Duration;

/**
 * When to look what others did to the firewall: every so often, and as soon as a change is announced. Times are those of a
 * ticker, in nanoseconds.
 *
 * <p>Confined to one thread at a time, but for {@link #announce}.
 */
final class CheckSchedule {
    /** Somebody else who puts their rule first as often as we do ours is fought so many times in a row without a pause. */
    private static final int PATIENCE = 3;
    /** After that, ever more seldom. */
    private static final int MOST_DOUBLINGS = 4;
    /** Where rules change all the time, be it by us, they are looked at no more often. */
    private static final long AFTER_CHANGE = Duration.ofSeconds(1).toNanos();

    private final long every;
    private long next;
    /** Before that, no change is a reason to look. */
    private long nextForChange;

    private int damagedInARow;
    /** Whether somebody, maybe we, changed rules since we last looked. */
    private volatile boolean changed;

    CheckSchedule(long every, long now) {
        this.every = every;
        next = now + every;
        nextForChange = now;
    }

    /** From one thread, whichever: somebody changed rules. Returns whether that is news. */
    boolean announce() {
        if (changed) {
            return false;
        }
        changed = true;
        return true;
    }

    /** How long there is until the next look; 0 or less if it is due. */
    long until(long now) {
        return changed ? Math.min(next - now, nextForChange - now) : next - now;
    }

    /** To be called before each look: what changes from now on is a reason for another. */
    boolean begin() {
        boolean announced = changed;
        changed = false;
        return announced;
    }

    /** After a look that failed. */
    void failed(long now) {
        next = now + every;
    }

    /**
     * After a look.
     *
     * @param announced what {@link #begin} said of it
     */
    void looked(long now, boolean announced, boolean damaged) {
        if (damaged) {
            damagedInARow++;
        } else if (next - now <= 0) {
            // Not if all that changed since is our own repair: whoever undoes it had no time to.
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
