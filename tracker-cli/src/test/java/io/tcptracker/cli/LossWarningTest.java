package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.PacketSource.Statistics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LossWarningTest {
    private Statistics now = lost(0, 0);
    private final LossWarning warning = new LossWarning(() -> now);

    private static Statistics lost(long byKernel, long byInterface) {
        return new Statistics(1_000, byKernel, byInterface, Map.of());
    }

    private String check(Statistics statistics) {
        now = statistics;
        PrintStream original = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            warning.check();
        } finally {
            System.setErr(original);
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void nothingIsSaidWhileNothingIsLost() {
        assertEquals("", check(lost(0, 0)));
    }

    @Test
    void whatWasLostSinceTheLastTimeIsSaidOnce() {
        assertTrue(check(lost(3, 4)).contains(" 7 packets were lost"));
        assertEquals("", check(lost(3, 4)));
        String said = check(lost(4, 4));
        assertTrue(said.contains(" 1 packets were lost"), said);
        assertEquals(1, said.lines().count(), said);
        assertEquals("", check(lost(4, 4)));
    }
}
