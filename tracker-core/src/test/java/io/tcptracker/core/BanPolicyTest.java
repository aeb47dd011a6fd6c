package io.tcptracker.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BanPolicyTest {
    @Test
    void defaultIsTenMinutesFor2000AtOnce() {
        assertEquals(new BanPolicy(Duration.ofMinutes(10), 2_000), BanPolicy.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 1", "PT1S, 1", "PT8760H, 100000"})
    void extremesAreAccepted(Duration length, int most) {
        assertDoesNotThrow(() -> new BanPolicy(length, most));
    }

    @ParameterizedTest
    @CsvSource({
        "PT-1S,               2000,   'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        // Firewalls count whole seconds, and some take 0 to mean for good.
        "PT0.000000001S,      2000,   'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        "PT0.999999999S,      2000,   'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        "PT8760H0.000000001S, 2000,   'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        "PT10M,               0,      '1 to 100000 bans can be in force at once, not 0'",
        "PT10M,               -1,     '1 to 100000 bans can be in force at once, not -1'",
        "PT10M,               100001, '1 to 100000 bans can be in force at once, not 100001'",
    })
    void anythingBeyondIsRefusedInOneLine(Duration length, int most, String message) {
        var refused = assertThrows(IllegalArgumentException.class, () -> new BanPolicy(length, most));
        assertEquals(message, refused.getMessage());
    }

    @Test
    void banEndsItsLengthAfterItsStart() {
        Instant since = Instant.parse("2026-11-22T00:00:00.000000001Z");
        Prefix source = Prefix.parse("192.0.2.1");
        assertEquals(
                Optional.of(Instant.parse("2026-11-22T00:10:00.000000001Z")),
                new Ban(source, since, Duration.ofMinutes(10)).until());
        assertEquals(Optional.empty(), new Ban(source, since, Duration.ZERO).until());
    }
}
