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
 * A few threads, each of which reads and answers one request. A client that sends its request slowly, or does not read
 * the answer, may keep its thread as long as no other client waits for one; then it is cut off.
 *
 * <p>The time limits of the JDK's server alone can't do that: they count the time that a request waits for a thread, so
 * that a flood of slow clients and the honest client behind them run out of time together. Threadsafe.
 */
final class RequestThreads implements Executor, AutoCloseable {
    private static final int THREADS = 16;
    /** What a request may take while others wait, at least half of it; an honest one takes a few milliseconds. */
    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(200);

    private final Set<Turn> turns = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watched = new AtomicBoolean();
    private final ThreadPoolExecutor pool;
    private final Executor later = CompletableFuture.delayedExecutor(PATIENCE, TimeUnit.NANOSECONDS, Runnable::run);

    /** @param waiting how many requests may wait for a thread; {@link #execute} throws when there are more */
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
        pool.execute(() -> take(request));
        watch();
    }

    private void take(Runnable request) {
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
            later.execute(this::makeRoom);
        }
    }

    private void makeRoom() {
        watched.set(false);
        if (!pool.getQueue().isEmpty()) {
            turns.forEach(Turn::cutOffIfLong);
        }
        watch();
    }

    /** Returns at once; requests under way are cut off. */
    @Override
    public void close() {
        pool.shutdownNow();
    }

    /** One request on the thread that makes this. */
    private static final class Turn {
        private final Thread thread = Thread.currentThread();
        private final long since = System.nanoTime();
        private boolean ended;

        /** An interrupt closes the socket that the thread waits for. */
        synchronized void cutOffIfLong() {
            if (!ended && System.nanoTime() - since >= PATIENCE / 2) {
                thread.interrupt();
            }
        }

        /** An interrupt that came too late must not hit the next request on this thread. */
        synchronized void end() {
            ended = true;
            Thread.interrupted();
        }
    }
}
