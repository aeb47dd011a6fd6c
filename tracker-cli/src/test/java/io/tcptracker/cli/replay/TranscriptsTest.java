package io.tcptracker.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcptracker.cli.testing.Invocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each {@code replay} that the README and the documents show, compared with what the program prints. */
final class TranscriptsTest {
    private static final Path GOLDEN = Path.of("src/test/golden");
    private static final Pattern BLOCK = Pattern.compile("(?m)^```\n\\$ tcptracker (replay .*)\n((?s:.*?))^```$");

    @TestFactory
    Stream<DynamicTest> eachTranscriptIsWhatIsPrinted() throws IOException {
        try (Stream<Path> pages = Files.list(Path.of("../docs"))) {
            List<DynamicTest> tests = Stream.concat(Stream.of(Path.of("../README.md")), pages.sorted())
                    .flatMap(TranscriptsTest::transcripts)
                    .map(block -> DynamicTest.dynamicTest(block.group(1), () -> check(block)))
                    .toList();
            assertFalse(tests.isEmpty(), "transcripts");
            return tests.stream();
        }
    }

    private static Stream<MatchResult> transcripts(Path page) {
        try {
            return BLOCK.matcher(Files.readString(page)).results();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(MatchResult block) {
        String[] arguments = Stream.of(block.group(1).split(" "))
                .map(each -> each.endsWith(".pcap") ? GOLDEN.resolve(each).toString() : each)
                .toArray(String[]::new);
        assertEquals(block.group(2), Invocation.of(arguments).out().replace(GOLDEN + "/", ""));
    }
}
