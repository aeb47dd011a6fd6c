package io.tcptracker.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonTest {
    @Test
    void scalarsAreWrittenPlainly() {
        assertEquals("null", Json.of(null));
        assertEquals("true", Json.of(true));
        assertEquals("-9223372036854775808", Json.of(Long.MIN_VALUE));
        assertEquals("\"192.0.2.1\"", Json.of(IpAddress.parse("192.0.2.1")));
        assertEquals("\"1970-01-01T00:00:00Z\"", Json.of(Instant.EPOCH));
    }

    @Test
    void emptyStaysEmpty() {
        assertEquals("{}", Json.of(Map.of()));
        assertEquals("[]", Json.of(List.of()));
        assertEquals("\"\"", Json.of(""));
        assertEquals("{\"\":[{},[]]}", Json.of(Map.of("", List.of(Map.of(), List.of()))));
    }

    @Test
    void nestsAndKeepsTheOrder() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("z", List.of(1, List.of(2, 3), Map.of("a", List.of())));
        object.put("a", null);
        object.put("m", "text");
        assertEquals("{\"z\":[1,[2,3],{\"a\":[]}],\"a\":null,\"m\":\"text\"}", Json.of(object));
    }

    @Test
    void quotesAndBackslashesAreEscapedInKeysToo() {
        assertEquals("{\"a\\\"\\\\\":\"\\\\\\\"/\"}", Json.of(Map.of("a\"\\", "\\\"/")));
    }

    @Test
    void controlCharactersAreEscapedThoseOfTerminalsToo() {
        assertEquals(
                "\"\\u0000\\u000a\\u000d\\u001b[31m\\u007f\\u0080\\u009b\u00a0\"",
                Json.of("\0\n\r\u001b[31m\u007f\u0080\u009b\u00a0"));
    }

    @Test
    void surrogatesAreEscapedSoThatALoneOneCanBeEncoded() {
        assertEquals("\"\\ud83d\\ude00\"", Json.of("\ud83d\ude00"));
        assertEquals("\"\\ud83d\"", Json.of("\ud83d"));
        assertEquals("\"\\ude00x\"", Json.of("\ude00x"));
    }

    @Needs(programs = "python3")
    @Test
    void anotherProgramReadsTheJson(@TempDir Path directory) throws IOException {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x2100; c++) {
            all.append(c);
        }
        all.append("\u2028\u2029\ufeff\ufffe\uffff\ud83d\ude00");
        List<Object> value = new ArrayList<>(List.of(all.toString(), Map.of(all.toString(), List.of(-1, true))));
        Path file = Files.writeString(directory.resolve("json"), Json.of(value));
        // Printed in ASCII, each character by its number, so that no encoding is between.
        String read = Shell.run(
                        "python3",
                        "-c",
                        "import json, sys; v = json.load(open(sys.argv[1], encoding='utf-8'));"
                                + "assert v[1][v[0]] == [-1, True]; print(' '.join(str(ord(c)) for c in v[0]))",
                        file.toString())
                .orThrow();
        StringBuilder expected = new StringBuilder();
        all.codePoints()
                .forEach(c -> expected.append(expected.isEmpty() ? "" : " ").append(c));
        assertEquals(expected.toString(), read.strip());
    }
}
