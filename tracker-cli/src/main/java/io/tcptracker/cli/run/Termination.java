package io.tcptracker.cli.run;

import io.tcptracker.cli.console.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The orderly end of the process on SIGINT and SIGTERM. The main thread is woken, has 10 s to clean up, and chooses the
 * exit code. Without this, the JVM would end at once, with the exit code of a killed process. Threadsafe.
 */
public final class Termination {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int code = ExitCode.FAILED;
    private volatile boolean held;

    /** Returns a termination that is asked for by signals to this process. */
    public static Termination onSignal() {
        Termination termination = new Termination();
        Runtime.getRuntime().addShutdownHook(new Thread(termination::end, "termination"));
        return termination;
    }

    private void end() {
        asked.countDown();
        if (!held) {
            return;
        }
        try {
            if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("tcptracker: could not clean up within " + PATIENCE.toSeconds()
                        + " s; see what is still blocked with: tcptracker chain");
            }
        } catch (InterruptedException e) {
            // The process ends now.
        }
        Runtime.getRuntime().halt(code);
    }

    /** Delays the end until {@link #exit}: from now on there is something to clean up. */
    void hold() {
        held = true;
    }

    /** Wakes the thread that waits. */
    void ask() {
        asked.countDown();
    }

    /** Waits until the end is asked for, or for this long; returns whether it was asked for. */
    boolean await(Duration longest) throws InterruptedException {
        return asked.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the process, after all is cleaned up. */
    public void exit(int exitCode) {
        code = exitCode;
        done.countDown();
        System.exit(exitCode);
    }
}
