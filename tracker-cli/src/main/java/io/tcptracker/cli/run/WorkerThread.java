package io.tcptracker.cli.run;

import java.time.Duration;
import java.util.function.Consumer;

/** A thread that does one job until it is told to stop, named after the job. */
public final class WorkerThread implements AutoCloseable {
    private static final Duration TO_BE_INTERRUPTED = Duration.ofSeconds(1);

    /** What a role does. */
    @FunctionalInterface
    public interface Job {
        void run() throws Exception;
    }

    private final Thread thread;
    private final Runnable stop;
    private final Duration patience;

    private WorkerThread(Thread thread, Runnable stop, Duration patience) {
        this.thread = thread;
        this.stop = stop;
        this.patience = patience;
    }

    /**
     * Starts a role.
     *
     * @param stop makes the job return
     * @param patience how long that may take before the job is interrupted
     * @param failed is told, on the role's thread, if the job fails
     */
    public static WorkerThread start(
            String name, Job job, Runnable stop, Duration patience, Consumer<Throwable> failed) {
        Thread thread = new Thread(
                () -> {
                    try {
                        job.run();
                    } catch (Throwable e) {
                        failed.accept(e);
                    }
                },
                name);
        // A job that can't be stopped must not keep the process from ending.
        thread.setDaemon(true);
        thread.start();
        return new WorkerThread(thread, stop, patience);
    }

    /** Waits for the job to end, for a few seconds at the most. */
    @Override
    public void close() {
        stop.run();
        try {
            thread.join(patience.toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(TO_BE_INTERRUPTED.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
