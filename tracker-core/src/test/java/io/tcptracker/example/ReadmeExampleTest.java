package io.tcptracker.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of the documents, as a program that embeds the library has it: from another package, with public types alone. */
final class ReadmeExampleTest {
    @Test
    void strangerDetectsAScanInTenLines() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        example(new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertEquals(
                String.format("192.0.2.7 scans 198.51.100.1: ports [22, 23, 80, 443] by 2023-11-14T22:13:20.300Z%n"),
                printed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void libraryPageShowsThisVeryCode() throws IOException {
        assertEquals(code(), javaOf("../docs/library.md"));
    }

    @Test
    void readmeShowsAPartOfIt() throws IOException {
        String part = javaOf("../README.md");
        assertTrue(
                unindented(code()).contains(unindented(part)), "README.md shows other code than the example:\n" + part);
    }

    private static String code() throws IOException {
        String test = Files.readString(Path.of("src/test/java/io/tcptracker/example/ReadmeExampleTest.java"));
        return test.split(" // README\n", 3)[1].stripTrailing().stripIndent();
    }

    private static String unindented(String code) {
        return code.replaceAll("(?m)^ +", "");
    }

    /** Returns the one block of Java in a document. */
    private static String javaOf(String document) throws IOException {
        String[] blocks = Files.readString(Path.of(document)).split("```java\n", -1);
        assertEquals(2, blocks.length, document + " has one block of Java");
        return blocks[1].split("\n```", 2)[0];
    }

    private static void example(PrintStream out) {
        // README
        ScanDetector detector = new ScanDetector(ScanPolicy.DEFAULT); // more than 3 ports in 60 s
        IpAddress source = IpAddress.parse("192.0.2.7");
        IpAddress destination = IpAddress.parse("198.51.100.1");
        long time = 1_700_000_000_000_000_000L; // nanoseconds since 1970, from the capture
        for (int port : new int[] {22, 23, 80, 443}) {
            for (Scan s : detector.add(new Segment(time, source, 40_000, destination, port, Segment.SYN))) {
                out.printf("%s scans %s: ports %s by %s%n", s.source(), s.destination(), s.ports(), s.detectedAt());
            }
            time += 100_000_000;
        }
        // README
    }
}
