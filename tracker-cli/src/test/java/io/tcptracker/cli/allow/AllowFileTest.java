package io.tcptracker.cli.allow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcptracker.cli.console.ConfigurationException;
import io.tcptracker.core.ban.AllowList.Entry;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowFileTest {
    private final Path file;
    private long now;

    AllowFileTest(@TempDir Path directory) {
        file = directory.resolve("allow");
    }

    private AllowFile open(String content) throws IOException {
        Files.writeString(file, content);
        return AllowFile.open(file, now);
    }

    private List<Entry> look(AllowFile allowed) {
        now += Duration.ofSeconds(1).toNanos();
        return allowed.entries(now);
    }

    private static List<String> prefixes(List<Entry> entries) {
        return entries.stream().map(Entry::prefix).map(Prefix::toString).toList();
    }

    private String refusal(String content) {
        return String.valueOf(
                assertThrows(ConfigurationException.class, () -> open(content)).getMessage());
    }

    @Test
    void eachLineIsAPrefixKnownByItsNumber() throws IOException {
        AllowFile allowed = open("\ufeff# ours\r\n10.0.0.0/8\r\n\r\n \t2001:db8::1\t# home\r\n#");
        assertEquals(
                List.of(
                        new Entry(Prefix.parse("10.0.0.0/8"), file + " line 2"),
                        new Entry(Prefix.parse("2001:db8::1"), file + " line 4")),
                allowed.entries(now));
    }

    @Test
    void emptyFileAllowsNoAddress() throws IOException {
        assertEquals(List.of(), open("").entries(now));
    }

    @Test
    void commentMayBeInAnyEncoding() throws IOException {
        Files.write(file, "10.0.0.1 # f\u00fcr alle".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(List.of("10.0.0.1"), prefixes(AllowFile.open(file, now).entries(now)));
    }

    @Test
    void changeCountsOnceItHasSettled() throws IOException {
        AllowFile allowed = open("10.0.0.1\n");
        look(allowed);
        // Somebody writes 10.0.0.0/24, and isn't ready yet.
        Files.writeString(file, "10.0.0.0/2");
        assertEquals(List.of("10.0.0.1"), prefixes(look(allowed)), "while it is being written");
        Files.writeString(file, "10.0.0.0/24\n");
        assertEquals(List.of("10.0.0.1"), prefixes(look(allowed)), "as soon as it has changed again");
        assertEquals(List.of("10.0.0.0/24"), prefixes(look(allowed)), "in the end");
    }

    @Test
    void changeOfTheSameSizeRightAfterTheStartIsSeen() throws IOException {
        AllowFile allowed = open("10.0.0.1\n");
        Files.writeString(file, "10.0.0.2\n");
        look(allowed);
        assertEquals(List.of("10.0.0.2"), prefixes(look(allowed)));
    }

    @Test
    void changeThatNeverSettlesCountsAllTheSame() throws IOException {
        AllowFile allowed = open("10.0.0.1\n");
        look(allowed);
        for (int second = 0; second < 15; second++) {
            Files.writeString(file, "10.0.0.2\n" + "#".repeat(second));
            look(allowed);
        }
        assertEquals(List.of("10.0.0.2"), prefixes(look(allowed)));
    }

    @Test
    void fileThatTakesItsPlaceCounts(@TempDir Path directory) throws IOException {
        AllowFile allowed = open("10.0.0.1\n");
        look(allowed);
        Path next = Files.writeString(directory.resolve("next"), "10.0.0.2\n");
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        look(allowed);
        assertEquals(List.of("10.0.0.2"), prefixes(look(allowed)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2\nnonsense\n", "10.0.0.2/33\n", "10.0.0.2\n10.0.0.1/8\n"})
    void previousListStaysWhileTheFileIsInvalid(String wrong) throws IOException {
        AllowFile allowed = open("10.0.0.1\n");
        Files.writeString(file, wrong);
        look(allowed);
        assertEquals(List.of("10.0.0.1"), prefixes(look(allowed)));
        assertEquals(List.of("10.0.0.1"), prefixes(look(allowed)));
        Files.writeString(file, "10.0.0.3\n");
        look(allowed);
        assertEquals(List.of("10.0.0.3"), prefixes(look(allowed)));
    }

    @Test
    void previousListStaysWhileTheFileIsMissing() throws IOException {
        AllowFile allowed = open("10.0.0.1\n");
        Files.delete(file);
        look(allowed);
        assertEquals(List.of("10.0.0.1"), prefixes(look(allowed)));
        Files.writeString(file, "10.0.0.2\n");
        look(allowed);
        assertEquals(List.of("10.0.0.2"), prefixes(look(allowed)));
    }

    @Test
    void sizeIsBounded() throws IOException {
        assertEquals(20_000, open("10.0.0.1\n".repeat(20_000)).entries(now).size());
        assertEquals(file + " has more than 20000 lines; name larger prefixes instead", refusal("\n".repeat(20_001)));
        assertEquals(
                "cannot read the allow list in " + file + ": it is larger than 1024 KiB",
                refusal("#".repeat((1 << 20) + 1)));
    }

    @Test
    void longLineIsNotShownInFull() {
        assertEquals(
                file + " line 2: '" + "x".repeat(60)
                        + "...' is not a prefix; write one a line, like 10.0.0.0/8 or 2001:db8::/32",
                refusal("\n" + "x".repeat(1_000_000)));
    }

    @Test
    void directoryOrPipeIsRefused() {
        ConfigurationException refused =
                assertThrows(ConfigurationException.class, () -> AllowFile.open(file.resolveSibling("."), now));
        assertEquals(
                "cannot read the allow list in " + file.resolveSibling(".") + ": it is not a regular file",
                refused.getMessage());
    }
}
