package io.tcptracker.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.console.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ParallelChecksTest {
    private static List<CheckResult> fine(String check) {
        return List.of(CheckResult.ok(check, "fine"));
    }

    @Test
    void resultsComeInTheOrderOfTheChecks() throws InterruptedException {
        CountDownLatch second = new CountDownLatch(1);
        ParallelChecks checkup = new ParallelChecks();
        checkup.start("first", () -> {
            second.await();
            return fine("a");
        });
        checkup.start("second", () -> {
            second.countDown();
            return fine("b");
        });
        assertEquals(
                List.of("a", "b"),
                checkup.results(Duration.ofSeconds(10)).stream()
                        .map(CheckResult::check)
                        .toList());
    }

    @Test
    void checkThatHangsIsGivenUpAndHidesNoOther() throws InterruptedException {
        ParallelChecks checkup = new ParallelChecks();
        checkup.start("hung", () -> {
            new CountDownLatch(1).await();
            return fine("never");
        });
        checkup.start("other", () -> fine("other"));
        // The other may need more time than nothing to be seen as done.
        List<CheckResult> results = checkup.results(Duration.ofSeconds(1));
        assertEquals("hung", results.get(0).check());
        assertEquals(State.UNAVAILABLE, results.get(0).state());
        assertEquals("no answer within 1 s", results.get(0).detail());
        assertEquals(fine("other"), results.subList(1, 2));
    }

    @Test
    void checkThatFailsUnexpectedlyIsReportedInOneLine() throws InterruptedException {
        ParallelChecks checkup = new ParallelChecks();
        checkup.start("broken", () -> {
            throw new IllegalStateException("first\nsecond");
        });
        checkup.start("dead", () -> {
            throw new NoClassDefFoundError("x");
        });
        List<CheckResult> results = checkup.results(Duration.ofSeconds(10));
        assertEquals(
                List.of(
                        "an error in this program: java.lang.IllegalStateException: first?second",
                        "an error in this program: java.lang.NoClassDefFoundError: x"),
                results.stream().map(CheckResult::detail).toList());
        assertEquals(ExitCode.UNAVAILABLE, CheckCommand.exitCode(results));
    }
}
