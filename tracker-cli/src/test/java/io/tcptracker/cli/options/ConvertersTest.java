package io.tcptracker.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ConvertersTest {
    @ParameterizedTest
    @CsvSource({
        "0,          PT0S",
        "0s,         PT0S",
        "1ms,        PT0.001S",
        "1500ms,     PT1.5S",
        "90s,        PT1M30S",
        "090s,       PT1M30S",
        "10m,        PT10M",
        "24h,        PT24H",
        "365d,       PT8760H",
        "999999999d, PT23999999976H",
    })
    void durationIsANumberAndAUnit(String text, Duration duration) {
        assertEquals(duration, Converters.duration(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10",
                "m",
                "10 m",
                " 10m",
                "10m ",
                "10m\n",
                "-1s",
                "+1s",
                "1.5s",
                "1,5s",
                "1M",
                "1S",
                "1min",
                "1h30m",
                "PT1M",
                "0x1s",
                "1e3s",
                "\u0661s",
                "1000000000s",
                "99999999999999999999999999d",
                "ever",
            })
    void otherDurationIsRefusedWithTheRightForm(String text) {
        TypeConversionException refused =
                assertThrows(TypeConversionException.class, () -> Converters.duration(text), text);
        assertEquals(
                "'" + text + "' is not a duration; write a number and ms, s, m, h or d, like 90s or 10m",
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,         10.0.0.0/8",
        "0.0.0.0/0,          0.0.0.0/0",
        "192.0.2.1,          192.0.2.1",
        "192.0.2.1/32,       192.0.2.1",
        "2001:DB8::/32,      2001:db8::/32",
        "::1,                ::1",
        "::/0,               ::/0",
        "::ffff:192.0.2.0/24, 192.0.2.0/24",
    })
    void prefixIsAnAddressAndALength(String text, String prefix) {
        assertEquals(prefix, Converters.prefix(text).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "'',             write it like 192.0.2.1 or 2001:db8::1",
        "localhost,      write it like 192.0.2.1 or 2001:db8::1",
        "10.0.0,         write it like 192.0.2.1 or 2001:db8::1",
        "010.0.0.0/8,    write it like 192.0.2.1 or 2001:db8::1",
        "fe80::1%eth0,   write it like 192.0.2.1 or 2001:db8::1",
        "/8,             write it like 192.0.2.1 or 2001:db8::1",
        "10.0.0.0/,      write it like 10.0.0.0/8 or 2001:db8::/32",
        "10.0.0.0/8/8,   write it like 10.0.0.0/8 or 2001:db8::/32",
        "10.0.0.0/-8,    write it like 10.0.0.0/8 or 2001:db8::/32",
        "10.0.0.0/ff,    write it like 10.0.0.0/8 or 2001:db8::/32",
        "10.0.0.0/99999999999999999999, write it like 10.0.0.0/8 or 2001:db8::/32",
        "10.0.0.0/33,    has a length of 0 to 32",
        "2001:db8::/129, has a length of 0 to 128",
        "10.1.0.0/8,     write 10.0.0.0/8",
        "2001:db8::1/32, write 2001:db8::/32",
    })
    void otherPrefixIsRefusedWithTheRightForm(String text, String hint) {
        TypeConversionException refused =
                assertThrows(TypeConversionException.class, () -> Converters.prefix(text), text);
        assertTrue(String.valueOf(refused.getMessage()).contains(hint), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8081,        /127.0.0.1:8081",
        "localhost:8081,        /127.0.0.1:8081",
        "0.0.0.0:0,             /0.0.0.0:0",
        "192.0.2.1:65535,       /192.0.2.1:65535",
        "127.0.0.1:00080,       /127.0.0.1:80",
        "[::1]:8081,            /[0:0:0:0:0:0:0:1]:8081",
        "[::]:8081,             /[0:0:0:0:0:0:0:0]:8081",
        "[::ffff:127.0.0.1]:80, /127.0.0.1:80",
    })
    void listenIsAnAddressAndAPort(String text, String address) {
        assertEquals(address, Converters.listen(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":8081",
                "8081",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:http",
                "127.0.0.1:-1",
                "127.0.0.1:+1",
                "127.0.0.1:65536",
                "127.0.0.1:99999",
                "127.0.0.1:99999999999999999999",
                "127.0.0.1:8081 ",
                "127.0.0.1:\u0661",
                "[127.0.0.1]:8081",
                "::1:8081",
                "[::1]",
                "[::1]8081",
                "[]:8081",
                "[:8081",
                "]:8081",
                "[[::1]]:8081",
                "[::1%lo]:8081",
                "*:8081",
                // It would have to be looked up.
                "example.org:8081",
                "[localhost]:8081",
                "http://127.0.0.1:8081",
            })
    void otherListenAddressIsRefusedWithTheRightForm(String text) {
        TypeConversionException refused =
                assertThrows(TypeConversionException.class, () -> Converters.listen(text), text);
        assertEquals(
                "'" + text + "' is not an address and port; write it like 127.0.0.1:8081 or [::1]:8081",
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1K, 1024", "32M, 33554432", "3G, 3221225472", "0M, 0"})
    void sizeIsANumberAndAUnit(String text, long bytes) {
        assertEquals(bytes, Converters.bytes(text).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "32", "32m", "-1M", "1.5G", "12345678K", "32MB", " 32M"})
    void whatIsNoSizeIsRefusedWithTheRightForm(String text) {
        Exception refusal = assertThrows(TypeConversionException.class, () -> Converters.bytes(text));
        assertEquals("'" + text + "' is not a size; write a number and K, M or G, like 32M", refusal.getMessage());
    }
}
