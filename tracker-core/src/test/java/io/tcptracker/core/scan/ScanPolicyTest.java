package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScanPolicyTest {
    @Test
    void defaultIsMoreThanThreePortsInAMinute() {
        assertEquals(new ScanPolicy(3, Duration.ofMinutes(1), 131_072), ScanPolicy.DEFAULT);
    }

    @Test
    void policyForMemoryTakesThatMuchAtTheMost() {
        assertEquals(48 << 20, ScanPolicy.DEFAULT.memory());
        for (long bytes : new long[] {1 << 20, 10_000_000, 3L << 30}) {
            long memory = ScanPolicy.forMemory(3, Duration.ofMinutes(1), bytes).memory();
            assertTrue(memory <= bytes && memory > bytes - 1_000, memory + " for " + bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, 0, (1 << 20) - 1, (3L << 30) + 1, Long.MAX_VALUE})
    void memoryOutOfBoundsIsRefusedInOneLine(long bytes) {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> ScanPolicy.forMemory(3, Duration.ofMinutes(1), bytes));
        assertEquals("the memory is 1 MiB to 3 GiB, not " + bytes + " bytes", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1, PT1M, 2", "1000, PT1M, 10000000", "3, PT0.001S, 100", "3, PT24H, 100"})
    void extremesAreAccepted(int ports, Duration window, int pairs) {
        assertDoesNotThrow(() -> new ScanPolicy(ports, window, pairs));
    }

    @ParameterizedTest
    @CsvSource({
        "0,           PT1M,             100,         'the number of ports is 1 to 1000, not 0'",
        "-1,          PT1M,             100,         'the number of ports is 1 to 1000, not -1'",
        "1001,        PT1M,             100,         'the number of ports is 1 to 1000, not 1001'",
        "2147483647,  PT1M,             100,         'the number of ports is 1 to 1000, not 2147483647'",
        "3,           PT0S,             100,         the window is 1ms to 24h",
        "3,           PT-1M,            100,         the window is 1ms to 24h",
        "3,           PT0.000999999S,   100,         the window is 1ms to 24h",
        "3,           PT24H0.000000001S,100,         the window is 1ms to 24h",
        "3,           PT9999999999999S, 100,         the window is 1ms to 24h",
        "3,           PT1M,             1,           'the number of pairs is 2 to 10000000, not 1'",
        "3,           PT1M,             10000001,    'the number of pairs is 2 to 10000000, not 10000001'",
    })
    void anythingBeyondIsRefusedInOneLine(int ports, Duration window, int pairs, String message) {
        var refused = assertThrows(IllegalArgumentException.class, () -> new ScanPolicy(ports, window, pairs));
        assertEquals(message, refused.getMessage());
    }
}
