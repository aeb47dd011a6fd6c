package io.tcptracker.firewall.ipset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BanEntryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT10M, 0, timeout 600",
        "PT0.1S, 0, timeout 1",
        "PT10M, 599.5, timeout 1",
        "PT0S, 1000000, timeout 0",
        "P365D, 0, timeout 2147483"
    })
    void tellsTheKernelHowLongIsLeft(Duration length, double age, String expected) {
        Ban ban = ban("192.0.2.7", NOW.minusMillis((long) (age * 1000)), length);
        String[] command = BanEntry.format("a", ban, NOW).split(" comment ", 2);
        assertEquals("add a 192.0.2.7 " + expected, command[0]);
    }

    @Test
    void takesAwayLapsedBans() {
        Ban ban = ban("2001:db8::/64", NOW.minusSeconds(600), Duration.ofMinutes(10));
        assertEquals("del a 2001:db8::/64 -exist", BanEntry.format("a", ban, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "192.0.2.0/24", "2001:db8::7", "2001:db8::/64"})
    void readsItsOwnText(String source) {
        Ban ban = new Ban(Prefix.parse(source), NOW, Duration.ofMinutes(10), 3, "a (b), c; $d comment e");
        String saved = BanEntry.format("a", ban, NOW).replace(" -exist", "");
        assertEquals(Optional.of(ban), BanEntry.parse(saved, NOW));
    }

    @ParameterizedTest
    @CsvSource({
        "add a 192.0.2.7, PT0S",
        "add a 192.0.2.7 timeout 0, PT0S",
        "add a 192.0.2.7 timeout 0 comment \"by hand\", PT0S",
        "add a 192.0.2.7 timeout 0 packets 3 bytes 9 comment \"since=noon until=never\", PT0S"
    })
    void countsAnEntryOfAnotherHandAsSinceEver(String line, Duration length) {
        assertEquals(Optional.of(ban("192.0.2.7", Instant.EPOCH, length)), BanEntry.parse(line, NOW));
    }

    @Test
    void believesTheKernelHowLongAnEntryOfAnotherHandLasts() {
        Duration length = Duration.between(Instant.EPOCH, NOW.plusSeconds(60));
        assertEquals(
                Optional.of(ban("192.0.2.7", Instant.EPOCH, length)),
                BanEntry.parse("add a 192.0.2.7 timeout 60", NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"create a hash:net", "", "add a"})
    void findsNoBanInOtherLines(String line) {
        assertEquals(Optional.empty(), BanEntry.parse(line, NOW));
    }

    private static Ban ban(String source, Instant since, Duration length) {
        return new Ban(Prefix.parse(source), since, length);
    }
}
