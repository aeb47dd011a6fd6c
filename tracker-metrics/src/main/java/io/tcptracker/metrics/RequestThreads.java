package io.tcptracker.metrics;

import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pool of a few threads, each of which reads and answers one request at a time. A client that is slow to send its request
 * or to read the response keeps its thread while no other client waits. As soon as one waits, the slow client is cut off.
 *
 * <p>The time limits of the JDK's server are not enough. They include the time that a request waits for a thread. So a flood
 * of slow clients and the honest client behind them run out of time together. Threadsafe.
 */
final class RequestThreads implements Executor, AutoCloseable {
    private static final int THREADS = 16;
    /** A request may take at least half of this while others wait. An honest one takes a few milliseconds. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

    private final Set<Turn> turns = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watched = new AtomicBoolean();
    private final ThreadPoolExecutor pool;
    private final Executor later = CompletableFuture.delayedExecutor(PATIENCE, TimeUnit.NANOSECONDS, Runnable::run);

    /** @param waiting the number of requests that may wait for a thread; {@link #execute} throws when there are more */
    RequestThreads(int waiting) {
        AtomicInteger count = new AtomicInteger();
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "http-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        pool = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), daemons);
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable request) {
        pool.execute(() -> run(request));
        watch();
    }

    private void run(Runnable request) {
        Turn turn = new Turn();
        turns.add(turn);
        try {
            request.run();
        } finally {
            turns.remove(turn);
            turn.end();
        }
    }

    private void watch() {
        if (!pool.getQueue().isEmpty() && watched.compareAndSet(false, true)) {
            later.execute(this::cutOffSlow);
        }
    }

    private void cutOffSlow() {
        watched.set(false);
        if (!pool.getQueue().isEmpty()) {
            turns.forEach(Turn::cutOffIfLong);
        }
        watch();
    }

    /** Cuts off the requests under way, and returns at once. */
    @Override
    public void close() {
        pool.shutdownNow();
    }

    /** The turn of one request on the thread that creates this. */
    private static final class Turn {
        private final Thread thread = Thread.currentThread();
        private final long since = System.nanoTime();
        private boolean ended;

        /** Interrupts the thread, which closes the socket that it waits for. */
        synchronized void cutOffIfLong() {
            if (!ended && System.nanoTime() - since >= PATIENCE / 2) {
                thread.interrupt();
            }
        }

        /** Ends the turn, and clears an interrupt that came too late, so that it can't hit the next request. */
        synchronized void end() {
            ended = true;
            Thread.interrupted();
        }
    }
}
