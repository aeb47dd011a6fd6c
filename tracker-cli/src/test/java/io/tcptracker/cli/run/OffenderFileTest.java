package io.tcptracker.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.BanRecord;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OffenderFileTest {
    private static final List<BanRecord> OFFENDERS = List.of(
            new BanRecord(Prefix.parse("192.0.2.1"), 3, Instant.parse("2026-11-22T10:00:00.123456789Z")),
            new BanRecord(Prefix.parse("2001:db8::/64"), 1, Instant.parse("2026-11-22T11:00:00Z")));

    @TempDir
    private Path directory;

    private long now;

    @Test
    void savedHistoryIsLoadedByTheNextRun() throws IOException {
        Path deeper = directory.resolve("lib/tcptracker");
        assertEquals(List.of(), file(deeper).load(), "before the first run");
        file(deeper).save(OFFENDERS);
        assertEquals(OFFENDERS, file(deeper).load());
        try (var files = Files.list(deeper)) {
            assertEquals(List.of(deeper.resolve("offenders")), files.toList(), "nothing unfinished stays");
        }
    }

    @Test
    void linesThatMakeNoSenseArePassedOver() throws IOException {
        Files.writeString(directory.resolve("offenders"), """
                192.0.2.1 3 2026-11-22T10:00:00.123456789Z
                192.0.2.2 0 2026-11-22T10:00:00Z
                192.0.2.3 1 yesterday
                192.0.2.4 99999999999 2026-11-22T10:00:00Z
                example.org 1 2026-11-22T10:00:00Z
                \u00e9\u0000
                2001:db8::/64 1 2026-11-22T11:00:00Z
                2001:db8::/64 1 2026""");
        assertEquals(OFFENDERS, file(directory).load());
    }

    @Test
    void changesAreSavedOnceAMinuteAtTheMost() {
        OffenderFile file = file(directory);
        file.saveIfDue(() -> OFFENDERS);
        assertFalse(Files.exists(directory.resolve("offenders")), "a minute after the start at the earliest");
        now += Duration.ofSeconds(60).toNanos();
        file.saveIfDue(() -> OFFENDERS);
        assertEquals(OFFENDERS, file(directory).load());
        now += Duration.ofSeconds(59).toNanos();
        file.saveIfDue(() -> {
            throw new AssertionError("asked too soon");
        });
    }

    @Test
    void directoryThatCannotBeWrittenToHarmsNothing() throws IOException {
        Path noDirectory = Files.writeString(directory.resolve("file"), "");
        file(noDirectory).save(OFFENDERS);
        assertEquals(List.of(), file(noDirectory).load());
        assertTrue(Files.isRegularFile(noDirectory), "the file that was in the way");
    }

    @Test
    void directoryIsThatOfTheUnitElseTheUsualOne() {
        assertEquals(Path.of("/var/lib/x"), OffenderFile.directory(Map.of("STATE_DIRECTORY", "/var/lib/x:/var/lib/y")));
        assertEquals(Path.of("/var/lib/tcptracker"), OffenderFile.directory(Map.of()));
    }

    private OffenderFile file(Path in) {
        return new OffenderFile(in, () -> now);
    }
}
