package io.tcptracker.cli.events;

import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.NotBannedReason;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log that writes events to standard output, on the thread that calls {@link #run}. The threads that report events never
 * wait: connections that the output is too slow for are omitted and counted. Room is kept for the other events.
 *
 * <p>Threadsafe, except {@link #run}, which is called once.
 */
public final class EventLog implements TrackerListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private static final int QUEUED = 16_384; // some 3 MB
    private static final int KEPT_FOR_OTHERS = 4_096;
    private static final int WRITTEN_AT_ONCE = 64 * 1024;
    private static final long REPORT_EVERY = TimeUnit.SECONDS.toNanos(1);
    private static final long LOG_FAILURE_EVERY = TimeUnit.MINUTES.toNanos(1);
    /** Wakes the writer. It is never written. */
    private static final Event WAKE = Event.of(Instant.EPOCH, "", () -> "", Map::of);

    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUED);
    private final LongAdder dropped = new LongAdder();
    private final OutputStream out;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(WRITTEN_AT_ONCE + 1024);
    private final LogFormat format;
    private final boolean colour;
    private final boolean quiet;
    private final ConnectionLogLimiter rate;
    private volatile boolean closed;
    private int eventsInBuffer;
    private long omittedInBuffer;
    private boolean torn;
    private long omittedBefore;
    private long reportedAt = System.nanoTime();
    private @Nullable Long failedAt;

    /**
     * Creates a log.
     *
     * @param quiet whether connections are not logged at all
     * @param connectionsPerSecond how many connections of a second have a line each; the others are summed up
     */
    public EventLog(OutputStream out, LogFormat format, boolean colour, boolean quiet, int connectionsPerSecond) {
        this.out = out;
        this.format = format;
        this.colour = colour;
        this.quiet = quiet;
        rate = new ConnectionLogLimiter(connectionsPerSecond);
    }

    /** Returns how many events were omitted. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void attempt(Segment attempt) {
        if (!quiet && rate.admits(attempt)) {
            offer(Event.connection(attempt), KEPT_FOR_OTHERS);
        }
    }

    @Override
    public void scan(Scan scan) {
        offer(Event.scan(scan), 0);
    }

    @Override
    public void spared(Scan scan, Prefix prefix) {
        offer(Event.spared(Instant.now(), scan, prefix), 0);
    }

    @Override
    public void refused(Scan scan, NotBannedReason why) {
        // Spoofed sources, and sources beyond the budget, come by the thousand: one event reports all of them.
        if (why == NotBannedReason.FULL) {
            notBlocked(scan, "the permitted number of sources is blocked already");
        }
    }

    @Override
    public void budgetSpent() {
        offer(Event.budgetSpent(Instant.now()), 0);
    }

    @Override
    public void budgetRestored(long refused) {
        offer(Event.budgetRestored(Instant.now(), refused), 0);
    }

    @Override
    public void firewallRepaired(String damage) {
        log.warn("another program changed our firewall rules ({}): they are restored, with every ban", damage);
    }

    @Override
    public void scanDropped(Scan scan) {
        notBlocked(scan, "too many scans are waiting for the firewall");
    }

    private void notBlocked(Scan scan, String reason) {
        if (!scan.ongoing()) {
            offer(Event.refused(Instant.now(), scan, reason), 0);
        }
    }

    @Override
    public void banned(Ban ban) {
        offer(Event.ban(Instant.now(), ban, false), 0);
    }

    @Override
    public void wouldBan(Ban ban) {
        offer(Event.ban(Instant.now(), ban, true), 0);
    }

    @Override
    public void lifted(Ban ban) {
        offer(Event.unban(Instant.now(), ban), 0);
    }

    @Override
    public void firewallFailed(String reason) {
        log.error("cannot change the firewall ({}): trying again", reason);
    }

    @Override
    public void firewallRecovered() {
        log.info("the firewall accepts changes again");
    }

    /** Takes an event that another part than the tracker reports. */
    public void report(Event event) {
        offer(event, 0);
    }

    private void offer(Event event, int keep) {
        if (queue.remainingCapacity() <= keep || !queue.offer(event)) {
            dropped.increment();
        }
    }

    /** Writes the events, on the calling thread, until {@link #close}. */
    public void run() {
        while (true) {
            Event event = next();
            if (event == null && closed) {
                break;
            }
            if (event != null && event != WAKE) {
                eventsInBuffer++;
                write(event);
            }
            if (System.nanoTime() - reportedAt >= REPORT_EVERY) {
                writeOmissions();
            }
            if (queue.isEmpty()) {
                flush();
            }
        }
        writeOmissions();
        flush();
    }

    private @Nullable Event next() {
        try {
            return closed ? queue.poll() : queue.poll(REPORT_EVERY, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            closed = true;
            return queue.poll();
        }
    }

    /** Writes how many connections have no line. */
    private void writeOmissions() {
        reportedAt = System.nanoTime();
        rate.take().ifPresent(this::write);
        long omitted = dropped.sum() - omittedBefore;
        if (omitted > 0) {
            omittedBefore += omitted;
            omittedInBuffer += omitted;
            write(Event.omitted(Instant.now(), omitted));
        }
    }

    private void write(Event event) {
        buffer.writeBytes((format.line(event, colour) + "\n").getBytes(StandardCharsets.UTF_8));
        if (buffer.size() >= WRITTEN_AT_ONCE) {
            flush();
        }
    }

    private void flush() {
        if (buffer.size() == 0) {
            return;
        }
        try {
            if (torn) {
                out.write('\n');
            }
            torn = true;
            buffer.writeTo(out);
            torn = false;
        } catch (IOException e) {
            // A part may have been written, so that a second try would repeat it. The events count as omitted.
            dropped.add(eventsInBuffer);
            omittedBefore -= omittedInBuffer;
            fail(e);
        }
        buffer.reset();
        eventsInBuffer = 0;
        omittedInBuffer = 0;
    }

    /** Logs a failure, once a minute at most. Writing goes on: a full disk may have room again. */
    private void fail(IOException e) {
        if (failedAt == null || System.nanoTime() - failedAt >= LOG_FAILURE_EVERY) {
            failedAt = System.nanoTime();
            log.error("cannot write events to standard output ({}); detection and blocking continue", e.getMessage());
        }
    }

    /** Makes {@link #run} write the waiting events and return. */
    @Override
    public void close() {
        closed = true;
        // Without room for this, the queue is full, and the writer awake.
        queue.offer(WAKE);
    }
}
