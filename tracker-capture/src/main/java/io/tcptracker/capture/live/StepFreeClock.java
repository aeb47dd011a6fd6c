package io.tcptracker.capture.live;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Capture time that goes on evenly when the host's clock is set. The kernel stamps packets with the wall clock; were it set
 * back or forth by an hour, the window would stand still or be emptied. A monotonic clock isn't set: a change of the
 * distance between the two is taken out of all later times.
 *
 * <p>The packet's own time can't tell, since it may have waited for long before it was read.
 *
 * <p>Not threadsafe.
 */
public final class StepFreeClock {
    /** Too little to spoil a window of a minute, and more than two readings of clocks lie apart on a busy host. */
    private static final long TOLERANCE = Duration.ofSeconds(2).toNanos();

    private final LongSupplier ahead;
    private long step;
    private long last;
    private long lastAhead;
    private boolean started;

    /** @param ahead how far the wall clock is ahead of a monotonic clock, in nanoseconds */
    StepFreeClock(LongSupplier ahead) {
        this.ahead = ahead;
    }

    public static StepFreeClock ofHost() {
        return new StepFreeClock(() -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime());
    }

    /** The time to go by for a packet that carries {@code stamp}, in nanoseconds since 1970. */
    public long of(long stamp) {
        long time = stamp - step;
        // In a burst stamps follow close on each other, and reading clocks for each would be the dearest part of it.
        if (!started || Math.abs(time - last) > TOLERANCE) {
            long now = ahead.getAsLong();
            long set = now - lastAhead;
            if (started && Math.abs(set) > TOLERANCE) {
                step += set;
                time = stamp - step;
            }
            started = true;
            lastAhead = now;
            last = time;
        }
        return time;
    }

    /**
     * The time of a reading of the wall clock: that which a packet stamped now would have. Nothing is learned from it, as
     * packets that were stamped before the clock was set may still come, and are then taken as they are.
     */
    public long ofReading(long clock) {
        long time = clock - step;
        if (started && Math.abs(time - last) > TOLERANCE) {
            long set = ahead.getAsLong() - lastAhead;
            return Math.abs(set) > TOLERANCE ? time - set : time;
        }
        return time;
    }
}
