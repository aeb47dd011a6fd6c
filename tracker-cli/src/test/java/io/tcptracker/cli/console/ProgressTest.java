package io.tcptracker.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.capture.CaptureFile;
import io.tcptracker.cli.testing.PcapBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void showsThePartOfAFileThatWasRead() {
        assertEquals(
                "a.pcap: 42 % of 12.0 GB, 504 MB/s",
                Progress.line("a.pcap", 5_040_000_000L, OptionalLong.of(12_000_000_000L), 10 * SECOND));
        assertEquals("a.pcap: 0 % of 2 kB, 0 kB/s", Progress.line("a.pcap", 0, OptionalLong.of(2_000), 0));
        assertEquals("a.pcap: 100 % of 0 kB, 0 kB/s", Progress.line("a.pcap", 9, OptionalLong.of(0), SECOND));
    }

    @Test
    void showsHowMuchOfAPipeWasRead() {
        assertEquals("-: 1.5 GB, 750 MB/s", Progress.line("-", 1_500_000_000, OptionalLong.empty(), 2 * SECOND));
    }

    @Test
    void aNameNeverTakesMoreThanALineOrMovesTheCursor() {
        String line = Progress.line("a".repeat(300) + "\r\n\u001b[2J.pcap", 0, OptionalLong.empty(), 1);
        assertEquals("..." + "a".repeat(16) + "????[2J.pcap".substring(1) + ": 0 kB, 0 kB/s", line);
    }

    @Test
    void isShownOnlyOnceItTakesLongAndIsGoneAtTheEnd() throws IOException, InterruptedException {
        assertEquals("", shown(Duration.ofSeconds(60)));
        String shown = shown(Duration.ZERO);
        assertTrue(shown.startsWith("\ra.pcap: 0 % of 0 kB, 0 kB/s\u001b[K\r"), shown);
        assertTrue(shown.endsWith("\r\u001b[K"), shown);
    }

    private String shown(Duration quiet) throws IOException, InterruptedException {
        StringWriter terminal = new StringWriter();
        try (CaptureFile file = CaptureFile.open(new PcapBuilder().write(directory.resolve("a.pcap")))) {
            Progress progress = new Progress("a.pcap", file, Optional.of(new PrintWriter(terminal)), quiet);
            try (progress) {
                progress.start();
                for (int i = 0;
                        quiet.isZero() && i < 1_000 && terminal.toString().isEmpty();
                        i++) {
                    Thread.sleep(10);
                }
            }
        }
        return terminal.toString();
    }
}
