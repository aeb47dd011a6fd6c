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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
final class WorkerThreadTest {
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    private static Duration timeOf(Runnable task) {
        long before = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - before);
    }

    @Test
    void jobRunsOnADaemonThreadOfItsName() throws InterruptedException {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        WorkerThread.start(
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
        WorkerThread role = WorkerThread.start(
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
        role.close();
    }

    @Test
    void closeTellsTheJobToStopAndWaitsForItsEnd() {
        CountDownLatch stop = new CountDownLatch(1);
        AtomicBoolean cleanedUp = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        WorkerThread role = WorkerThread.start(
                "stops",
                () -> {
                    stop.await();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
                    interrupted.set(Thread.interrupted());
                    cleanedUp.set(true);
                },
                stop::countDown,
                Duration.ofSeconds(1),
                failures::add);
        role.close();
        assertTrue(cleanedUp.get());
        assertFalse(interrupted.get());
        assertNull(failures.poll());
    }

    @Test
    void jobThatIgnoresTheStopIsInterrupted() throws InterruptedException {
        WorkerThread role = WorkerThread.start(
                "ignores", () -> new CountDownLatch(1).await(), () -> {}, Duration.ofSeconds(1), failures::add);
        Duration time = timeOf(role::close);
        assertTrue(failures.take() instanceof InterruptedException);
        assertTrue(time.toMillis() < 4_000, time.toString());
    }

    @Test
    void jobThatIgnoresTheInterruptTooIsLeftBehind() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        WorkerThread role = WorkerThread.start(
                "ignores all",
                () -> {
                    threads.add(Thread.currentThread());
                    while (true) {
                        try {
                            end.await();
                            return;
                        } catch (InterruptedException e) {
                            // as a write to a stuck pipe does
                        }
                    }
                },
                () -> {},
                Duration.ofSeconds(1),
                failures::add);
        Duration time = timeOf(role::close);
        Thread thread = threads.take();
        assertTrue(thread.isAlive());
        assertTrue(time.toMillis() < 4_000, time.toString());
        end.countDown();
        thread.join();
        assertNull(failures.poll());
    }

    @Test
    void roleThatHasEndedIsClosedAtOnce() throws InterruptedException {
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        WorkerThread role = WorkerThread.start(
                "ends", () -> threads.add(Thread.currentThread()), () -> {}, Duration.ofSeconds(1), failures::add);
        threads.take().join();
        assertTrue(timeOf(role::close).toMillis() < 1_000);
        role.close();
    }

    @Test
    void interruptOfWhoeverClosesIsKept() {
        CountDownLatch stop = new CountDownLatch(1);
        WorkerThread role = WorkerThread.start("waits", stop::await, () -> {}, Duration.ofSeconds(1), failures::add);
        Thread.currentThread().interrupt();
        Duration time = timeOf(role::close);
        assertTrue(Thread.interrupted());
        assertTrue(time.toMillis() < 1_000, time.toString());
        stop.countDown();
    }
}
