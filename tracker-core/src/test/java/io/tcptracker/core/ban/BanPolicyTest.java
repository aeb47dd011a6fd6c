package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BanPolicyTest {
    @ParameterizedTest
    @CsvSource({"PT0S, PT0S, 1, 1", "PT1S, PT1S, 1, 1", "PT8760H, PT8760H, 100000, 100000"})
    void extremesAreAccepted(Duration length, Duration longest, int most, int perMinute) {
        assertDoesNotThrow(() -> new BanPolicy(length, longest, most, perMinute, true));
    }

    @ParameterizedTest
    @CsvSource({
        "PT-1S,          PT8760H, 2000, 1, 'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        // Firewalls count whole seconds, and some take 0 to mean for good.
        "PT0.000000001S, PT8760H, 2000, 1, 'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        "PT0.999999999S, PT8760H, 2000, 1, 'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        "PT8760H0.01S,   PT8760H, 2000, 1, 'a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        "PT10M, PT9M59S,  1, 1, 'the longest ban lasts at least as long as the first, and 365d at the most'",
        "PT10M, PT8761H,  1, 1, 'the longest ban lasts at least as long as the first, and 365d at the most'",
        "PT10M, PT1H,     0, 1, '1 to 100000 bans can be in force at once, not 0'",
        "PT10M, PT1H, 100001, 1, '1 to 100000 bans can be in force at once, not 100001'",
        "PT10M, PT1H, 1,      0, '1 to 100000 sources can be banned a minute, not 0'",
        "PT10M, PT1H, 1, 100001, '1 to 100000 sources can be banned a minute, not 100001'",
    })
    void anythingBeyondIsRefusedInOneLine(Duration length, Duration longest, int most, int perMinute, String message) {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> new BanPolicy(length, longest, most, perMinute, false));
        assertEquals(message, refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "PT10M, PT24H, 1,          PT10M",
        "PT10M, PT24H, 2,          PT20M",
        "PT10M, PT24H, 8,          PT21H20M",
        "PT10M, PT24H, 9,          PT24H",
        "PT10M, PT24H, 2147483647, PT24H",
        "PT10M, PT10M, 2,          PT10M",
        "PT0S,  PT24H, 5,          PT0S",
    })
    void eachBanIsTwiceAsLongAsTheOneBeforeUpToTheLongest(
            Duration first, Duration longest, int count, Duration length) {
        assertEquals(length, new BanPolicy(first, longest, 1, 1, false).length(count));
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
