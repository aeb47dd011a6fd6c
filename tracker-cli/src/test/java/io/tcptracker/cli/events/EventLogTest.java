package io.tcptracker.cli.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.testing.Scans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class EventLogTest {
    private static final Prefix SOURCE = Prefix.parse("192.0.2.66");
    private static final Pattern OMITTED = Pattern.compile("\\.\\.\\. ([0-9,]+) more new connections");

    private final Output out = new Output();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** A standard output that keeps what is written, blocks or fails, as the test decides. */
    private static final class Output extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CountDownLatch entered = new CountDownLatch(1);
        private boolean stuck;
        private int room = Integer.MAX_VALUE;
        private int failures;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b});
        }

        /** Writes as much as there is room for and then fails, as the kernel does. */
        @Override
        public synchronized void write(byte[] from, int offset, int length) throws IOException {
            entered.countDown();
            try {
                while (stuck) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            int fits = Math.min(room, length);
            bytes.write(from, offset, fits);
            room -= room == Integer.MAX_VALUE ? 0 : fits;
            notifyAll();
            if (fits < length) {
                failures++;
                throw new IOException("No space left on device");
            }
        }

        synchronized void stuck(boolean now) {
            stuck = now;
            notifyAll();
        }

        synchronized void room(int now) {
            room = now;
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        List<String> lines() {
            return text().lines().toList();
        }

        synchronized void await(Predicate<Output> condition) throws InterruptedException {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!condition.test(this)) {
                assertTrue(System.nanoTime() < until, () -> "in vain; there is " + text());
                wait(100);
            }
        }
    }

    private EventLog log(boolean quiet) {
        return log(quiet, Integer.MAX_VALUE);
    }

    private EventLog log(boolean quiet, int perSecond) {
        return new EventLog(out, LogFormat.TEXT, false, quiet, perSecond);
    }

    /** A part of a test. */
    @FunctionalInterface
    private interface Job {
        void run() throws Exception;
    }

    private Thread start(EventLog log) {
        Thread writer = new Thread(log::run, "log");
        writer.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        writer.start();
        return writer;
    }

    private void whileRunning(EventLog log, Job job) throws Exception {
        Thread writer = start(log);
        try {
            job.run();
        } finally {
            log.close();
            writer.join();
        }
    }

    private static Segment attempt(int port) {
        return new Segment(0, SOURCE.address(), 40_000, IpAddress.parse("192.0.2.1"), port, Segment.SYN);
    }

    private static Scan scan() {
        return Scans.of(SOURCE.address(), IpAddress.parse("192.0.2.1"), Instant.EPOCH, List.of(1, 2, 3, 4), false);
    }

    private static Ban ban() {
        return new Ban(SOURCE, Instant.EPOCH, Duration.ZERO);
    }

    private long omitted() {
        long sum = 0;
        Matcher each = OMITTED.matcher(out.text());
        while (each.find()) {
            sum += Long.parseLong(each.group(1).replace(",", ""));
        }
        return sum;
    }

    private long count(String what) {
        return out.lines().stream().filter(line -> line.contains(what)).count();
    }

    @Test
    void eventsAreWrittenInTheirOrder() throws Exception {
        EventLog log = log(false);
        whileRunning(log, () -> {
            log.attempt(attempt(1));
            log.scan(scan());
            log.banned(ban());
            log.attempt(attempt(2));
            log.lifted(ban());
            log.spared(scan(), SOURCE);
            log.wouldBan(ban());
        });
        assertEquals(
                List.of(
                        "New connection: 192.0.2.66:40000 -> 192.0.2.1:1",
                        "Port scan detected: 192.0.2.66 -> 192.0.2.1 on ports 1,2,3,4",
                        "Blocked 192.0.2.66 until the tracker stops",
                        "New connection: 192.0.2.66:40000 -> 192.0.2.1:2",
                        "Unblocked 192.0.2.66",
                        "Not blocked: 192.0.2.66 is on the allow list (192.0.2.66)",
                        "Would block 192.0.2.66 until the tracker stops"),
                out.lines().stream()
                        .map(line -> line.substring(line.indexOf(' ') + 1))
                        .toList());
        assertEquals(0, log.dropped());
    }

    @Test
    void lineIsWrittenAtOnceIfNoneFollows() throws Exception {
        EventLog log = log(false);
        whileRunning(log, () -> {
            log.attempt(attempt(1));
            out.await(written -> written.text().endsWith(":1\n"));
        });
    }

    @Test
    void quietLogHasScansAndBansOnly() throws Exception {
        EventLog log = log(true);
        whileRunning(log, () -> {
            log.attempt(attempt(1));
            log.scan(scan());
            log.banned(ban());
        });
        assertEquals(2, out.lines().size(), out.text());
        assertEquals(0, count("New connection"));
        assertEquals(0, log.dropped());
    }

    @Test
    void stuckOutputDelaysNoThreadAndLeavesRoomForScansAndBans() throws Exception {
        EventLog log = log(false);
        out.stuck(true);
        whileRunning(log, () -> {
            log.attempt(attempt(1));
            out.entered.await();
            for (int i = 0; i < 20_000; i++) {
                log.attempt(attempt(2));
            }
            assertEquals(20_000 - (16_384 - 4_096), log.dropped());
            for (int i = 0; i < 2_000; i++) {
                log.scan(scan());
                log.banned(ban());
            }
            assertEquals(20_000 - (16_384 - 4_096), log.dropped());
            out.stuck(false);
            out.await(written -> written.text().contains("more new connections"));
        });
        assertEquals(1 + 16_384 - 4_096, count("New connection: "));
        assertEquals(2_000, count("Port scan detected"));
        assertEquals(2_000, count("Blocked "));
        assertEquals(log.dropped(), omitted());
    }

    @Test
    void evenAFullQueueDelaysNoThread() throws Exception {
        EventLog log = log(false);
        out.stuck(true);
        whileRunning(log, () -> {
            log.scan(scan());
            out.entered.await();
            for (int i = 0; i < 16_384 + 5; i++) {
                log.scan(scan());
            }
            assertEquals(5, log.dropped());
            log.close();
            out.stuck(false);
        });
        assertEquals(16_384 + 1, count("Port scan detected"));
        assertEquals(5, omitted());
    }

    @Test
    void omissionIsWrittenEvenWhenTheLogIsClosedRightAfterIt() throws Exception {
        EventLog log = log(false);
        out.stuck(true);
        whileRunning(log, () -> {
            log.attempt(attempt(1));
            out.entered.await();
            for (int i = 0; i < 20_000; i++) {
                log.attempt(attempt(2));
            }
            log.close();
            out.stuck(false);
        });
        assertEquals(20_001, omitted() + count("New connection: "));
    }

    @Test
    void closedLogWritesTheWaitingEventsAndReturns() throws Exception {
        EventLog log = log(false);
        for (int i = 0; i < 10_000; i++) {
            log.attempt(attempt(2));
        }
        log.close();
        Thread runner = new Thread(log::run);
        runner.start();
        runner.join(TimeUnit.SECONDS.toMillis(20));
        assertEquals(Thread.State.TERMINATED, runner.getState());
        assertEquals(10_000, out.lines().size());
    }

    @Test
    void idleLogReturnsWhenItIsClosed() throws Exception {
        EventLog log = log(false);
        Thread writer = start(log);
        log.close();
        writer.join();
    }

    @Test
    void failingOutputIsLoggedOnceAndTriedUntilItRecovers() throws Exception {
        PrintStream original = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        EventLog log = log(false);
        try {
            whileRunning(log, () -> {
                out.room(20); // the middle of a line
                for (int i = 1; i <= 100; i++) {
                    int failures = i;
                    log.attempt(attempt(1));
                    out.await(written -> written.failures >= failures);
                }
                out.room(Integer.MAX_VALUE);
                log.attempt(attempt(2));
                out.await(written -> written.text().contains("more new connections"));
            });
        } finally {
            System.setErr(original);
        }
        List<String> lines = out.lines();
        assertEquals(20, lines.get(0).length());
        assertTrue(lines.get(1).endsWith("New connection: 192.0.2.66:40000 -> 192.0.2.1:2"), out.text());
        assertEquals(3, lines.size(), out.text());
        assertEquals(100, omitted());
        assertEquals(100, log.dropped());
        assertEquals(null, failure.get());
        String complaints = err.toString(StandardCharsets.UTF_8);
        assertEquals(1, complaints.lines().count(), complaints);
        assertTrue(complaints.contains("No space left on device"), complaints);
    }

    @Test
    void omissionThatCouldNotBeWrittenIsWrittenLater() throws Exception {
        EventLog log = log(false);
        out.room(0);
        Thread writer = start(log);
        log.attempt(attempt(1));
        // The event, and a second later that it was left out.
        out.await(written -> written.failures >= 2);
        out.room(Integer.MAX_VALUE);
        log.close();
        writer.join();
        assertEquals(1, omitted());
    }

    @Test
    void outputThatNeverRecoversDoesNotKeepTheLogFromEnding() throws Exception {
        EventLog log = log(false);
        out.room(0);
        whileRunning(log, () -> {
            for (int i = 0; i < 10_000; i++) {
                log.attempt(attempt(1));
            }
        });
        assertEquals(10_000, log.dropped());
        assertEquals(null, failure.get());
    }
}
