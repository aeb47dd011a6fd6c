package io.tcptracker.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnswerWatchTest {
    @ParameterizedTest
    @CsvSource({"999, 0, 0", "1000, 0, 1", "1000000, 0, 1", "1000000, 1, 0", "0, 0, 0"})
    void oneDirectionIsSaidOnce(long packets, long answers, long lines) {
        AnswerWatch watch = new AnswerWatch(() -> packets, () -> answers);
        PrintStream original = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            watch.check();
            watch.check();
        } finally {
            System.setErr(original);
        }
        assertEquals(lines, err.toString(StandardCharsets.UTF_8).lines().count());
    }
}
