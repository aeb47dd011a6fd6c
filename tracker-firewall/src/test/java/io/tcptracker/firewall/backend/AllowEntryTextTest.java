package io.tcptracker.firewall.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.net.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AllowEntryTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "add tcptracker-allow4 10.0.0.1 comment \"this host (eth0)\"|10.0.0.1|this host (eth0)",
                "add tcptracker-allow6 2001:db8::/32 comment \"--allow\"|2001:db8::/32|--allow",
                "add tcptracker-allow4 127.0.0.0/8|127.0.0.0/8|``",
                "-A tcptracker -s 127.0.0.0/8 -m comment --comment \"generation=0 loopback\" -j RETURN|127.0.0.0/8|loopback",
                "-A tcptracker -s 10.0.0.1/32 -m comment --comment gateway -j RETURN|10.0.0.1|gateway",
                "-A tcptracker -s ::1/128 -m comment --comment \"generation=12\" -j RETURN|::1|``",
                "10.0.0.0/8 comment \"--allow\"|10.0.0.0/8|--allow",
                "::1|::1|``",
            })
    void isReadAsEachToolWritesIt(String line, String prefix, String reason) {
        assertEquals(Optional.of(new AllowList.Entry(Prefix.parse(prefix), reason)), AllowEntryText.parse(line));
    }

    @ParameterizedTest
    @CsvSource({"-A tcptracker -j RETURN", "-A tcptracker -s 10.0.0.0/255.0.255.0 -j RETURN", "add x 10.0.0.300", "''"})
    void lineWithoutAPlainPrefixIsPassedOver(String line) {
        assertEquals(Optional.empty(), AllowEntryText.parse(line));
    }

    @Test
    void eachPrefixIsKeptOnceWithItsFirstReasonMadeFitForAComment() {
        Map<Prefix, String> kept = AllowEntryText.of(
                AddressFamily.V4,
                AllowList.ofEntries(List.of(
                        new AllowList.Entry(Prefix.parse("10.0.0.1"), "/etc/\"sp\\am'\n\u00e9{}; drop"),
                        new AllowList.Entry(Prefix.parse("10.0.0.1"), "again"),
                        new AllowList.Entry(Prefix.parse("2001:db8::1"), "other family"),
                        new AllowList.Entry(Prefix.parse("10.0.0.2"), "x".repeat(101)))));
        assertEquals("/etc/?sp?am?????; drop", kept.get(Prefix.parse("10.0.0.1")));
        assertEquals("x".repeat(100), kept.get(Prefix.parse("10.0.0.2")));
        assertEquals("loopback", kept.get(Prefix.parse("127.0.0.0/8")));
        assertEquals(6, kept.size(), kept::toString);
    }
}
