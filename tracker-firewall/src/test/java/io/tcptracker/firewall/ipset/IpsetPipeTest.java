package io.tcptracker.firewall.ipset;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.FakeTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of what we tell an ipset that misbehaves. */
@Timeout(60)
class IpsetPipeTest {
    /** Writes down each line, acknowledges as ipset does, and complains of lines with the word bad. */
    private static final String GOOD = """
            while read -r line; do
                case "$line" in
                *acknowledged*) echo "ipset v7.17: Syntax error: typename '${line##* }' is unknown" >&2 ;;
                *bad*) echo "ipset v7.17: Hash is full, cannot add more elements" >&2 ;;
                *) echo "$line" >> told ;;
                esac
            done""";

    @TempDir
    Path directory;

    private FakeTools tools;

    @AutoClose
    private IpsetPipe pipe;

    @BeforeEach
    void open() throws IOException {
        tools = new FakeTools(directory);
        tools.ipset(GOOD);
        pipe = pipe(Duration.ofSeconds(20));
    }

    private IpsetPipe pipe(Duration deadline) {
        return new IpsetPipe(tools.runner(deadline), directory.resolve("ipset"));
    }

    @Test
    void sendsAnyNumberOfCommandsInOrder() throws IOException {
        List<String> commands =
                IntStream.range(0, 500).mapToObj(i -> "add a set " + i).toList();
        assertEquals(List.of(""), pipe.tell(commands).stream().distinct().toList());
        assertEquals(commands, told());
        assertEquals(List.of(), pipe.tell(List.of()));
    }

    @Test
    void tellsWhichCommandsFailed() throws IOException {
        List<String> answers = pipe.tell(List.of("one", "bad", "two", "bad", "three"));
        assertEquals(
                List.of(true, false, true, false, true),
                answers.stream().map(String::isEmpty).toList());
        assertTrue(answers.get(1).contains("Hash is full"), answers.get(1));
        assertTrue(told().containsAll(List.of("one", "two", "three")));
    }

    @Test
    void repeatsTheReasonOfItsDeath() throws IOException {
        tools.ipset("if [ -f died ]; then " + GOOD + "; else read -r line; touch died; kill -9 $$; fi");
        assertEquals(List.of("", ""), pipe.tell(List.of("one", "two")));
        assertEquals(List.of("one", "two"), told());
    }

    @Test
    void repeatsTheCommandThatHung() throws IOException {
        pipe = pipe(Duration.ofSeconds(2));
        tools.ipset("if [ -f hung ]; then " + GOOD + "; else touch hung; sleep 1000; fi");
        assertEquals(List.of(""), pipe.tell(List.of("one")));
        assertEquals(List.of("one"), told());
    }

    @Test
    void givesUpTheSecondTime() throws IOException {
        pipe = pipe(Duration.ofSeconds(1));
        tools.ipset("exec sleep 1000");
        assertRefused(Kind.FAILED, "ipset did not answer in time, twice in a row", () -> pipe.tell(many()));
        tools.ipset("exit 3");
        assertRefused(Kind.FAILED, "ipset ended, twice in a row", () -> pipe.tell(many()));
        tools.ipset("yes error >&2");
        assertRefused(Kind.FAILED, "did not answer in time", () -> pipe.tell(many()));
        tools.ipset(GOOD);
        assertEquals(List.of(""), pipe.tell(List.of("one")), "works once it does");
    }

    private static List<String> many() {
        List<String> commands = new ArrayList<>();
        IntStream.range(0, 10_000).forEach(i -> commands.add("add a set " + i));
        return commands;
    }

    @Test
    void overlooksAWarningAtTheStart() throws IOException {
        tools.ipset("echo 'Warning: Kernel support protocol versions 6-7 while userspace supports 6-6' >&2; " + GOOD);
        assertEquals(List.of(""), pipe.tell(List.of("one")));
    }

    private List<String> told() throws IOException {
        return Files.readAllLines(directory.resolve("told"));
    }
}
