package io.tcptracker.capture.live;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A clock of capture time that goes on evenly when the host's clock is set. The kernel stamps packets with the wall clock.
 * If that is set by an hour, the window would stand still or be emptied. A monotonic clock is never set. A change of the
 * distance between both clocks is a step, and is taken out of all later times.
 *
 * <p>The stamp of a packet alone can't show a step, since the packet may have waited for long before it was read.
 *
 * <p>Not threadsafe.
 */
public final class StepFreeClock {
    /** A step too small to spoil a window of a minute, and more than two clock readings differ on a busy host. */
    private static final long TOLERANCE = Duration.ofSeconds(2).toNanos();

    private final LongSupplier ahead;
    private long step;
    private long last;
    private long lastAhead;
    private boolean started;

    /** @param ahead the lead of the wall clock over a monotonic clock, in nanoseconds */
    StepFreeClock(LongSupplier ahead) {
        this.ahead = ahead;
    }

    /** Returns a clock that follows the host's clocks. */
    public static StepFreeClock ofHost() {
        return new StepFreeClock(() -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime());
    }

    /** Returns the capture time of a packet with this stamp, in nanoseconds since 1970. */
    public long of(long stamp) {
        long time = stamp - step;
        // In a burst the stamps lie close together, and reading the clocks for each packet would be most of the work.
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
     * Returns the capture time of a reading of the wall clock, which a packet stamped now would have. Steps are not learned
     * here. Packets that were stamped before the clock was set may still come, and keep their time.
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
