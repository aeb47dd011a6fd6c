package io.tcptracker.capture;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Capture time that goes on evenly when the host's clock is set. The kernel stamps packets with the wall clock; were it set
 * back or forth by an hour, the window would stand still or be emptied. A step shows as a packet whose time is far from
 * where a monotonic clock says that it should be, and is taken out of all later times.
 *
 * <p>Not threadsafe.
 */
final class SteadyTime {
    /** Packets wait in the capture buffer for less than this, and two clocks differ by less in as long. */
    private static final long TOLERANCE = Duration.ofSeconds(2).toNanos();

    private final LongSupplier ticker;
    private long step;
    private long last;
    private long lastTick;
    private boolean started;

    /** @param ticker a monotonic clock in nanoseconds */
    SteadyTime(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** The time to go by for a packet that carries {@code stamp}, in nanoseconds since 1970, and has just arrived. */
    long of(long stamp) {
        long time = stamp - step;
        // In a burst stamps follow close on each other, and reading a clock for each would be the dearest part of it.
        if (!started || Math.abs(time - last) > TOLERANCE) {
            long tick = ticker.getAsLong();
            long expected = last + (tick - lastTick);
            if (started && Math.abs(time - expected) > TOLERANCE) {
                step += time - expected;
                time = expected;
            }
            started = true;
            lastTick = tick;
            last = time;
        }
        return time;
    }
}
