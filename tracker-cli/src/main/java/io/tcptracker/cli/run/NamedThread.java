package io.tcptracker.cli.run;

import java.time.Duration;
import java.util.function.Consumer;

/** A thread that does one job until it is stopped, and is named after the job. */
final class NamedThread implements AutoCloseable {
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    /** The work of a thread. */
    @FunctionalInterface
    interface Job {
        void run() throws Exception;
    }

    private final Thread thread;
    private final Runnable stop;
    private final Duration patience;

    private NamedThread(Thread thread, Runnable stop, Duration patience) {
        this.thread = thread;
        this.stop = stop;
        this.patience = patience;
    }

    /**
     * Starts a thread.
     *
     * @param stop an action that makes the job return
     * @param patience the time for that before the job is interrupted
     * @param failed called on the new thread with the failure of the job
     */
    static NamedThread start(String name, Job job, Runnable stop, Duration patience, Consumer<Throwable> failed) {
        Thread thread = new Thread(
                () -> {
                    try {
                        job.run();
                    } catch (Throwable e) {
                        failed.accept(e);
                    }
                },
                name);
        // A daemon: a job that can't be stopped must not keep the process from ending.
        thread.setDaemon(true);
        thread.start();
        return new NamedThread(thread, stop, patience);
    }

    /** Stops the job and waits for its end, for its patience and another second at most. */
    @Override
    public void close() {
        stop.run();
        try {
            thread.join(patience.toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(AFTER_INTERRUPT.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
