package io.tcptracker.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.PacketSource.Statistics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CaptureMonitorTest {
    private static final long SECOND = 1_000_000_000;

    private Statistics statistics = lost(0, 0);
    private Optional<Long> looked = Optional.empty();
    private long now = Long.MAX_VALUE - 20 * SECOND; // a ticker may overflow
    private long answers = 1;
    private final CaptureMonitor monitor = new CaptureMonitor(() -> statistics, () -> looked, () -> answers, () -> now);

    private static Statistics lost(long byKernel, long byInterface) {
        return new Statistics(1_000, byKernel, byInterface, Map.of());
    }

    private String check(Statistics seen) {
        statistics = seen;
        PrintStream original = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            monitor.check();
        } finally {
            System.setErr(original);
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void noWarningWhileNothingIsLost() {
        assertEquals("", check(lost(0, 0)));
        assertEquals(Optional.empty(), monitor.trouble());
    }

    @Test
    void lossIsWarnedOfAtOnceAndThenOnceAMinuteInSum() {
        assertTrue(check(lost(3, 4)).contains(" 7 packets were lost"));
        now += SECOND;
        assertEquals("", check(lost(4, 4)));
        now += 58 * SECOND;
        assertEquals("", check(lost(9, 4)));
        now += SECOND;
        String said = check(lost(9, 4));
        assertTrue(said.contains(" 6 packets were lost"), said);
        assertEquals(1, said.lines().count(), said);
        now += 61 * SECOND;
        assertEquals("", check(lost(9, 4)));
    }

    @Test
    void lossIsTroubleForHalfAMinute() {
        check(lost(1, 0));
        now += 29 * SECOND;
        assertTrue(monitor.trouble().orElse("").startsWith("packets are being lost"), () -> "" + monitor.trouble());
        now += SECOND;
        assertEquals(Optional.empty(), monitor.trouble());
    }

    @Test
    void captureThatNoLongerPollsIsTrouble() {
        looked = Optional.of(now);
        now += 5 * SECOND - 1;
        assertEquals(Optional.empty(), monitor.trouble());
        now += 1;
        assertEquals(Optional.of("the capture hangs: its last poll for packets was 5 s ago"), monitor.trouble());
    }

    @ParameterizedTest
    @CsvSource({"999, 0, 0", "1000, 0, 1", "1000000, 0, 1", "1000000, 1, 0", "0, 0, 0"})
    void oneDirectionIsWarnedOfOnce(long packets, long seen, long lines) {
        answers = seen;
        Statistics received = new Statistics(packets, 0, 0, Map.of());
        assertEquals(lines, (check(received) + check(received)).lines().count());
    }
}
