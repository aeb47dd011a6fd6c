package io.tcptracker.cli.events;

import io.tcptracker.core.net.Segment;
import java.time.Instant;
import java.util.Optional;

/**
 * A limit on the connections that are logged one by one in each second; the others are summed up. Without it, a flood would
 * write a line for each packet. Seconds are of capture time: a clock would cost more than all the rest here.
 *
 * <p>Threadsafe. The lock is held no longer than it takes to read a table of a few kilobytes.
 */
final class ConnectionLogLimiter {
    private static final long SECOND = 1_000_000_000;

    private final int perSecond;
    private final AddressEstimator sources = new AddressEstimator();
    private long second = Long.MIN_VALUE;
    private int admitted;
    private long summed;

    ConnectionLogLimiter(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Returns whether to log this connection one by one; adds it to the sum if not. */
    synchronized boolean admits(Segment attempt) {
        long now = Math.floorDiv(attempt.time(), SECOND);
        if (now != second) {
            second = now;
            admitted = 0;
        }
        if (admitted < perSecond) {
            admitted++;
            return true;
        }
        summed++;
        sources.add(attempt.source());
        return false;
    }

    /** Returns the sum since the last call, if there is one. */
    synchronized Optional<Event> take() {
        if (summed == 0) {
            return Optional.empty();
        }
        Event sum = Event.summed(Instant.now(), summed, Math.min(summed, sources.estimate()));
        summed = 0;
        sources.clear();
        return Optional.of(sum);
    }
}
