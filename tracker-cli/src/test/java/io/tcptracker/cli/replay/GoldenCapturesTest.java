package io.tcptracker.cli.replay;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.testing.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/**
 * Each capture in {@code src/test/golden}, replayed as the file beside it says, against what that file says comes of it. The
 * folder's README.md says how to add one.
 */
final class GoldenCapturesTest {
    private static final Path GOLDEN = Path.of("src/test/golden");
    private static final String PROMPT = "$ tcptracker ";

    /** What is typed, and what is printed then. */
    private record Exchange(String arguments, String printed) {}

    @TestFactory
    Stream<DynamicTest> eachCaptureIsJudgedAsIsWrittenBesideIt() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            List<String> names = files.map(file -> file.toFile().getName())
                    .filter(name -> name.matches(".*\\.(pcap|txt)"))
                    .map(name -> name.substring(0, name.lastIndexOf('.')))
                    .distinct()
                    .sorted()
                    .toList();
            assertFalse(names.isEmpty(), "captures in " + GOLDEN);
            return names.stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
        }
    }

    private static void check(String name) throws IOException {
        String capture = GOLDEN.resolve(name + ".pcap").toString();
        List<Exchange> exchanges = exchanges(Files.readAllLines(GOLDEN.resolve(name + ".txt")));
        assertFalse(exchanges.isEmpty(), "commands");
        assertAll(exchanges.stream().map(each -> (Executable) () -> {
            String[] arguments =
                    each.arguments().replace(name + ".pcap", capture).split(" ");
            Invocation replay = Invocation.of(arguments);
            String printed = (replay.out() + replay.err()).replace(capture, name + ".pcap");
            assertEquals(each.printed(), printed, PROMPT + each.arguments());
            assertEquals(ExitCode.DONE, replay.exit());
        }));
    }

    private static List<Exchange> exchanges(List<String> lines) {
        List<Exchange> exchanges = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(PROMPT)) {
                exchanges.add(new Exchange(line.substring(PROMPT.length()), ""));
            } else if (!line.startsWith("#")) {
                Exchange last = exchanges.remove(exchanges.size() - 1);
                exchanges.add(new Exchange(last.arguments(), last.printed() + line + "\n"));
            }
        }
        return exchanges;
    }
}
