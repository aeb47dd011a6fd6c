package io.tcptracker.firewall.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BanCommentTest {
    private static final Prefix SOURCE = Prefix.parse("192.0.2.7");
    private static final Instant SINCE = Instant.parse("2026-11-22T10:00:00.023456789Z");
    private static final Ban BAN = new Ban(SOURCE, SINCE, Duration.ofMinutes(10), 2, "scanned 4 ports of 192.0.2.9");

    @Test
    void bearsTimesCountAndReason() {
        assertEquals("1795341600.023456789+600 #2 scanned 4 ports of 192.0.2.9", BanComment.format(BAN));
        assertEquals("0+0 #1", BanComment.format(new Ban(SOURCE, Instant.EPOCH, Duration.ZERO)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A tcptracker -s 192.0.2.7/32 -m comment --comment \"%s\" -j DROP",
                "add tcptracker4 192.0.2.7 timeout 600 comment \"%s\"",
                "192.0.2.7 timeout 10m expires 9m59s996ms comment \"%s\""
            })
    void isReadFromRuleEntryAndElement(String line) {
        assertEquals(Optional.of(BAN), BanComment.parse(line.formatted(BanComment.format(BAN)), SOURCE));
    }

    @Test
    void formerFormatOfRulesAndEntriesIsRead() {
        String until = "since=2026-11-22T10:00:00.023456789Z until=2026-11-22T10:10:00.023456789Z";
        assertEquals(Optional.of(BAN), parse(until + " count=2 reason=scanned 4 ports of 192.0.2.9"));
        assertEquals(Optional.of(new Ban(SOURCE, SINCE, Duration.ofMinutes(10))), parse(until));
        assertEquals(
                Optional.of(new Ban(SOURCE, Instant.EPOCH, Duration.ZERO, 3, "")),
                parse("since=1970-01-01T00:00:00Z until=never count=3"));
    }

    @Test
    void onlyTheReasonIsCutOffIfThereIsNoRoom() {
        Ban ban = new Ban(SOURCE, SINCE, Duration.ofDays(20_000), Integer.MAX_VALUE, "x".repeat(100));
        assertEquals(128, BanComment.format(ban).length(), "the most that nft takes");
        Ban read = parse(BanComment.format(ban)).orElseThrow();
        assertEquals(new Ban(SOURCE, SINCE, ban.length(), ban.count(), read.reason()), read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "by hand",
                "generation=0 loopback",
                "1+1",
                "1+1 #0",
                "1+1 #99999999999",
                "999999999999+999999999999 #1 \\",
                "since=noon until=never",
                "since=1970-01-01T00:00:00Z until=dusk"
            })
    void commentOfAnotherProgramIsNone(String text) {
        assertEquals(Optional.empty(), parse(text));
    }

    private static Optional<Ban> parse(String text) {
        return BanComment.parse("comment \"" + text + "\"", SOURCE);
    }
}
