package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page about operations in the documents, compared with the help of the program. */
final class OperationsPageTest {
    private static final Pattern OPTION = Pattern.compile("(?m)^ +(?:-\\w, )?(--[a-z0-9-]+)");
    private static final Pattern EXIT_CODE = Pattern.compile("(?m)^ +(\\d+) ");
    private static final Pattern EXIT_CODE_ROW = Pattern.compile("(?m)^\\| (\\d+) \\|");

    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/operations.md"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "replay", "chain", "check"})
    void namesEachOption(String command) throws IOException {
        String page = page();
        List<String> missing = OPTION.matcher(Invocation.of(command, "--help").out())
                .results()
                .map(option -> option.group(1))
                .filter(option -> !page.contains(option))
                .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void namesEachExitCodeAndNoOther() throws IOException {
        assertEquals(numbers(EXIT_CODE, Invocation.of("run", "--help").out()), numbers(EXIT_CODE_ROW, page()));
    }

    private static Set<Integer> numbers(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
