package io.tcptracker.firewall.iptables;

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

class BanRulesTest {
    private static final Prefix EVERYONE = Prefix.parse("0.0.0.0/0");
    private static final Instant SINCE = Instant.parse("2026-11-22T10:00:00.123456789Z");

    @Test
    void writesTheCommentOfABan() {
        assertEquals(
                "-A tcptracker -s 192.0.2.7 -m comment --comment" + " \"1795341600.123456789+600 #1\" -j DROP",
                BanRules.format(ban("192.0.2.7", Duration.ofMinutes(10))));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, PT10M",
        "192.0.2.0/24, PT0S",
        "2001:db8::7, P365D",
        "2001:db8::/32, PT1S",
        "::ffff:192.0.2.7, PT1S"
    })
    void readsItsOwnText(String source, Duration length) {
        Ban ban = ban(source, length);
        assertEquals(Optional.of(ban), BanRules.parse(BanRules.format(ban), EVERYONE));
    }

    @Test
    void readsBackCountAndReason() {
        Ban ban =
                new Ban(Prefix.parse("192.0.2.7"), SINCE, Duration.ofMinutes(10), 12, "4 ports: -j RETURN until=never");
        assertEquals(Optional.of(ban), BanRules.parse(BanRules.format(ban), EVERYONE));
    }

    @Test
    void readsARuleOfAnEarlierVersion() {
        String line = "-A tcptracker -s 192.0.2.7/32 -m comment --comment"
                + " \"since=2026-11-22T10:00:00.123456789Z until=2026-11-22T10:10:00.123456789Z\" -j DROP";
        assertEquals(Optional.of(ban("192.0.2.7", Duration.ofMinutes(10))), BanRules.parse(line, EVERYONE));
    }

    @ParameterizedTest
    @CsvSource({
        "-A tcptracker -s 192.0.2.7/32 -j DROP, 192.0.2.7",
        "-A tcptracker -s 192.0.2.7/32 -p tcp -m tcp --dport 22 -j REJECT --reject-with tcp-reset, 192.0.2.7",
        "-A tcptracker -s 192.0.2.7/32 -m comment --comment \"since=noon until=never\" -j DROP, 192.0.2.7",
        "-A tcptracker -s 192.0.2.7/32 -m comment --comment \"by hand\" -j DROP, 192.0.2.7",
        "-A tcptracker -s 10.0.0.0/255.0.255.0 -j DROP, 0.0.0.0/0",
        "-A tcptracker ! -s 192.0.2.7/32 -j DROP, 0.0.0.0/0",
        "-A tcptracker -j DROP, 0.0.0.0/0"
    })
    void countsARuleOfAnotherHandAsSinceEverAndForEver(String line, String source) {
        assertEquals(
                Optional.of(new Ban(Prefix.parse(source), Instant.EPOCH, Duration.ZERO)),
                BanRules.parse(line, EVERYONE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-N tcptracker",
                "-A tcptracker -s 192.0.2.7/32 -j RETURN",
                "-A tcptracker -j LOG",
                "-A tcptracker -m set --match-set tcptracker4 src -j DROP",
                ""
            })
    void findsNoBanInOtherLines(String line) {
        assertEquals(Optional.empty(), BanRules.parse(line, EVERYONE));
    }

    private static Ban ban(String source, Duration length) {
        return new Ban(Prefix.parse(source), SINCE, length);
    }
}
