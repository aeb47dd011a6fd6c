package io.tcptracker.cli.testing;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what no event tells of, by looking again and again. */
public final class Await {
    /** Long for a machine that has other work too; nothing takes it unless something is broken. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    /** The first value that is as it should be. */
    public static <T> T until(String what, Supplier<T> look, Predicate<T> asItShouldBe) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            T value = look.get();
            if (asItShouldBe.test(value)) {
                return value;
            }
            if (System.nanoTime() - until > 0) {
                throw new AssertionError(
                        "not within " + PATIENCE.toSeconds() + " s: " + what + "; last seen: " + value);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
