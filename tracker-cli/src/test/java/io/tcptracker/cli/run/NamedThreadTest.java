package io.tcptracker.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
final class NamedThreadTest {
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    @Test
    void jobRunsOnADaemonThreadOfItsName() throws InterruptedException {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        NamedThread.start(
                        "the job",
                        () -> threads.add(Thread.currentThread()),
                        () -> {},
                        Duration.ofSeconds(1),
                        failures::add)
                .close();
        Thread thread = threads.take();
        assertEquals("the job", thread.getName());
        assertTrue(thread.isDaemon());
        assertNull(failures.poll());
    }

    static Throwable[] failures() {
        return new Throwable[] {
            new IOException("checked"), new IllegalStateException("unchecked"), new StackOverflowError()
        };
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failureIsReported(Throwable failure) throws InterruptedException {
        NamedThread worker = NamedThread.start(
                "fails",
                () -> {
                    if (failure instanceof Error e) {
                        throw e;
                    }
                    throw (Exception) failure;
                },
                () -> {},
                Duration.ofSeconds(1),
                failures::add);
        assertSame(failure, failures.take());
        worker.close();
    }

    @Test
    void closeStopsTheJobAndWaitsForItsEnd() {
        CountDownLatch stop = new CountDownLatch(1);
        AtomicBoolean cleanedUp = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        NamedThread worker = NamedThread.start(
                "stops",
                () -> {
                    stop.await();
                    interrupted.set(Thread.interrupted());
                    cleanedUp.set(true);
                },
                stop::countDown,
                Duration.ofSeconds(1),
                failures::add);
        worker.close();
        assertTrue(cleanedUp.get());
        assertFalse(interrupted.get());
        assertNull(failures.poll());
    }

    @Test
    void jobThatIgnoresTheStopIsInterrupted() throws InterruptedException {
        NamedThread worker = NamedThread.start(
                "ignores", () -> new CountDownLatch(1).await(), () -> {}, Duration.ofSeconds(1), failures::add);
        worker.close();
        assertTrue(failures.take() instanceof InterruptedException);
    }

    @Test
    void jobThatIgnoresTheInterruptTooIsLeftBehind() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        NamedThread worker = NamedThread.start(
                "ignores all",
                () -> {
                    threads.add(Thread.currentThread());
                    while (true) {
                        try {
                            end.await();
                            return;
                        } catch (InterruptedException e) {
                            // as in a write to a stuck pipe
                        }
                    }
                },
                () -> {},
                Duration.ofSeconds(1),
                failures::add);
        worker.close();
        Thread thread = threads.take();
        assertTrue(thread.isAlive());
        end.countDown();
        thread.join();
        assertNull(failures.poll());
    }

    @Test
    void threadThatHasEndedCanBeClosedTwice() throws InterruptedException {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        NamedThread worker = NamedThread.start(
                "ends", () -> threads.add(Thread.currentThread()), () -> {}, Duration.ofSeconds(1), failures::add);
        threads.take().join();
        worker.close();
        worker.close();
    }

    @Test
    void interruptOfTheClosingThreadIsKept() {
        CountDownLatch stop = new CountDownLatch(1);
        NamedThread worker = NamedThread.start("waits", stop::await, () -> {}, Duration.ofSeconds(1), failures::add);
        Thread.currentThread().interrupt();
        worker.close();
        assertTrue(Thread.interrupted());
        stop.countDown();
    }
}
