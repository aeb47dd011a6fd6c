package io.tcptracker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.ban.OpenFirewall;
import io.tcptracker.core.ban.Recorder;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole flow. Where the guard runs, it runs on a thread of its own; nothing waits longer than {@link #PATIENCE}. */
@Timeout(TrackerTest.PATIENCE)
final class TrackerTest {
    static final int PATIENCE = 30;

    private static final IpAddress DESTINATION = IpAddress.parse("198.51.100.1");
    private static final IpAddress SCANNER = IpAddress.parse("192.0.2.1");
    private static final IpAddress FRIEND = IpAddress.parse("192.0.2.200");
    private static final long MINUTE = 60_000_000_000L;
    private static final int SCANS_QUEUED = 4_096;

    private final Recorder recorder = new Recorder(() -> 0);
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void endThreads() throws InterruptedException {
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }

    @Test
    void segmentsLeadToAttemptsAScanAndABan() throws IOException {
        Tracker tracker = tracker(recorder, recorder);
        tracker.watch(source(scan(SCANNER, 0)));
        tracker.stop();
        tracker.guard();
        assertEquals(
                List.of(
                        "0 attempt 192.0.2.1 1",
                        "0 attempt 192.0.2.1 2",
                        "0 attempt 192.0.2.1 3",
                        "0 attempt 192.0.2.1 4",
                        "0 scan 192.0.2.1",
                        "0 allow",
                        "0 add 192.0.2.1",
                        "0 banned 192.0.2.1"),
                recorder.log());
        assertEquals(1, tracker.sourcesBanned());
        assertEquals(1, tracker.detection().pairsWatched());
    }

    @Test
    void allowedScannerIsReportedAndSpared() throws IOException {
        Tracker tracker = tracker(recorder, recorder);
        tracker.watch(source(scan(FRIEND, 0)));
        tracker.stop();
        tracker.guard();
        assertEquals(
                List.of("0 scan 192.0.2.200", "0 spared 192.0.2.200 by 192.0.2.200", "0 allow"),
                recorder.log().subList(4, recorder.log().size()));
    }

    @Test
    void ongoingScanIsToldOnceAndBannedAgainAfterItsBan() throws IOException {
        BlockingQueue<Ban> bans = new LinkedBlockingQueue<>();
        TrackerListener listener = listener(bans);
        AtomicLong seconds = new AtomicLong();
        Tracker tracker = tracker(recorder, () -> TimeUnit.SECONDS.toNanos(seconds.get()), listener);
        start(tracker::guard);
        tracker.watch(source(scan(SCANNER, 0)));
        Ban first = take(bans);

        // The next scan that is found wakes the guard, which then sees that the first ban is over.
        seconds.set(600);
        tracker.watch(source(scan(IpAddress.parse("192.0.2.2"), MINUTE)));
        assertEquals(Prefix.parse("192.0.2.2"), take(bans).source());
        tracker.watch(source(Stream.concat(scan(SCANNER, MINUTE), scan(SCANNER, MINUTE + 1))));
        Ban second = take(bans);

        assertEquals(first.source(), second.source());
        assertEquals(Instant.EPOCH.plusNanos(MINUTE + 1), second.since());
        verify(listener, times(2).description("scans told, of two scanners")).scan(any());
        tracker.stop();
        join();
    }

    @Test
    void segmentsThatAreNoAttemptsArePassedOver() throws IOException {
        Tracker tracker = tracker(recorder, recorder);
        tracker.watch(source(scan(SCANNER, 0)
                .map(it -> new Segment(
                        it.time(),
                        it.source(),
                        it.sourcePort(),
                        it.destination(),
                        it.destinationPort(),
                        Segment.SYN | Segment.ACK))));
        assertEquals(List.of(), recorder.log());
        assertEquals(0, tracker.detection().pairsWatched());
    }

    @Test
    void guardActsWhileTheSourceRuns() throws IOException {
        BlockingQueue<Ban> bans = new LinkedBlockingQueue<>();
        Tracker tracker = tracker(recorder, listener(bans));
        start(tracker::guard);
        // The source goes on only after each ban is in force.
        tracker.watch(new Source() {
            @Override
            public void run(Sink sink) {
                for (int i = 1; i <= 5; i++) {
                    scan(IpAddress.v4(i << 24), 0).forEach(sink::accept);
                    sink.idle(Long.MIN_VALUE);
                    assertEquals(Prefix.of(IpAddress.v4(i << 24)), take(bans).source());
                }
            }
        });
        tracker.stop();
        join();
    }

    @Test
    void watchDropsScansRatherThanWaitForTheFirewall() throws IOException {
        StuckFirewall firewall = new StuckFirewall();
        TrackerListener listener = mock();
        Tracker tracker = tracker(firewall, listener);
        start(tracker::guard);
        tracker.watch(source(scan(SCANNER, 0)));
        await(firewall.entered);

        tracker.watch(source(Stream.iterate(1, i -> i + 1)
                .limit(SCANS_QUEUED + 7)
                .flatMap(i -> scan(IpAddress.v4(0x0a00_0000 | i), 0))));
        verify(listener, times(7)).scanDropped(any());

        tracker.stop();
        firewall.release.countDown();
        join();
        verify(listener, times(1 + SCANS_QUEUED)).banned(any());
        assertEquals(1 + SCANS_QUEUED, tracker.sourcesBanned());
    }

    @Test
    void stopWakesAGuardThatWaits() {
        Tracker tracker = tracker(recorder, recorder);
        Thread guard = start(tracker::guard);
        while (guard.isAlive() && guard.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        tracker.stop();
        join();
    }

    @Test
    void stopMayComeTwiceAndBeforeTheGuard() {
        Tracker tracker = tracker(recorder, recorder);
        tracker.stop();
        tracker.stop();
        tracker.guard();
        assertEquals(List.of("0 allow"), recorder.log());
    }

    @Test
    void interruptEndsAGuardThatWaits() {
        Tracker tracker = tracker(recorder, recorder);
        start(tracker::guard).interrupt();
        join();
    }

    @Test
    void failureOfTheSourceEndsTheWatch() throws IOException {
        CaptureException failure = new CaptureException(CaptureException.Kind.DAMAGED, "cut short");
        Tracker tracker = tracker(recorder, recorder);
        PacketSource damaged = mock();
        doThrow(failure).when(damaged).run(any());
        assertSame(failure, assertThrows(CaptureException.class, () -> tracker.watch(damaged)));
    }

    @Test
    void failureOfAListenerEndsTheWatch() {
        IllegalStateException failure = new IllegalStateException("listener");
        TrackerListener listener = mock();
        doThrow(failure).when(listener).scan(any());
        Tracker tracker = tracker(recorder, listener);
        assertSame(failure, assertThrows(IllegalStateException.class, () -> tracker.watch(source(scan(SCANNER, 0)))));
    }

    /** Returns a listener that hands on the bans. */
    private static TrackerListener listener(Collection<Ban> bans) {
        TrackerListener listener = mock();
        doAnswer(call -> bans.add(call.getArgument(0))).when(listener).banned(any());
        return listener;
    }

    private static Tracker tracker(Firewall firewall, TrackerListener listener) {
        return tracker(firewall, System::nanoTime, listener);
    }

    private static Tracker tracker(Firewall firewall, LongSupplier ticker, TrackerListener listener) {
        return new Tracker(
                List.of(ScanPolicy.DEFAULT),
                new BanPolicy(Duration.ofMinutes(10), Duration.ofHours(24), 100_000, 100_000, false),
                () -> AllowList.of(List.of(Prefix.of(FRIEND))),
                firewall,
                ticker,
                InstantSource.system(),
                List.of(listener));
    }

    private Thread start(Runnable role) {
        Thread thread = new Thread(role, "guard");
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void join() {
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE));
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting for the guard", e);
            }
            assertFalse(thread.isAlive(), "the guard goes on");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE, TimeUnit.SECONDS)) {
                throw new AssertionError("it didn't happen");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static <T> T take(BlockingQueue<T> queue) {
        try {
            T element = queue.poll(PATIENCE, TimeUnit.SECONDS);
            if (element == null) {
                throw new AssertionError("nothing came");
            }
            return element;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static Stream<Segment> scan(IpAddress source, long time) {
        return Stream.of(1, 2, 3, 4).map(port -> syn(source, time, port));
    }

    private static Segment syn(IpAddress source, long time, int port) {
        return new Segment(time, source, 40_000, DESTINATION, port, Segment.SYN);
    }

    private static PacketSource source(Stream<Segment> segments) {
        return new Source() {
            @Override
            public void run(Sink sink) {
                segments.forEach(sink::accept);
                sink.idle(Long.MIN_VALUE);
            }
        };
    }

    private abstract static class Source implements PacketSource {
        @Override
        public Statistics statistics() {
            return new Statistics(0, 0, 0, Map.of());
        }

        @Override
        public void close() {}
    }

    /** Stays in its first call until it is released. */
    private static final class StuckFirewall extends OpenFirewall {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        public Collection<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed) {
            entered.countDown();
            await(release);
            return wanted;
        }

        @Override
        public void add(Collection<Ban> bans, BansInForce believed) {
            replace(bans, AllowList.of(List.of()), believed);
        }
    }
}
