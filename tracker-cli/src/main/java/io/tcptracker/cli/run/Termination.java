package io.tcptracker.cli.run;

import io.tcptracker.cli.console.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of the process on SIGINT and SIGTERM: whoever waits is told, gets some seconds to clean up, and then the process
 * ends with the exit code of its choice. Left alone, the JVM would end at once and with a code that says it was killed.
 */
public final class Termination {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int code = ExitCode.FAILED;
    private volatile boolean held;

    /** A termination that signals to this process ask for. */
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
                System.err.println("tcptracker: could not end in " + PATIENCE.toSeconds()
                        + " s; see what is left with: tcptracker chain");
            }
        } catch (InterruptedException e) {
            // Nothing is left to wait for.
        }
        Runtime.getRuntime().halt(code);
    }

    /** From now on there is something to clean up: until {@link #exit}, a signal doesn't end the process by itself. */
    void hold() {
        held = true;
    }

    /** Lets those who wait go on. */
    void ask() {
        asked.countDown();
    }

    /** Waits for this long at the most to be asked to end; tells whether it was. */
    boolean await(Duration longest) throws InterruptedException {
        return asked.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the process now that all is cleaned up. */
    public void exit(int exitCode) {
        code = exitCode;
        done.countDown();
        System.exit(exitCode);
    }
}
