package io.tcptracker.cli.events;

import io.tcptracker.core.net.Segment;
import java.time.Instant;
import java.util.Optional;

/**
 * Lets so many connections of each second be logged one by one and sums up the others, so that a flood doesn't write a line
 * per packet. Seconds are those of capture time: to ask a clock for each packet would cost more than all else here.
 *
 * <p>Threadsafe. The lock is never held for longer than a table of a few kilobytes is read.
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

    /** Whether this connection is to be logged by itself; else it is added to the sum. */
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

    /** The sum since it was last taken, if there is one. */
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
