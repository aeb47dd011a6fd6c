package io.tcptracker.firewall.process;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.FakeTools;
import io.tcptracker.firewall.process.Programs.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProgramsTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private FakeTools tools;

    @BeforeEach
    void makeTools() throws IOException {
        tools = new FakeTools(directory);
    }

    @Test
    void givesExitCodeOutputAndErrors() throws IOException {
        Result result = run("cat; echo problem >&2; exit 7", "question\n");
        assertAll(
                () -> assertEquals(7, result.exit()),
                () -> assertEquals("question\n", result.out()),
                () -> assertEquals("problem\n", result.err()));
    }

    @Test
    void passesBytesUnchangedBothWays() throws IOException {
        String bytes = "\u00e9\u00ff\u0080";
        assertEquals(bytes, run("cat", bytes).out());
    }

    @Test
    void getsThroughMuchInputAndOutputAtOnce() throws IOException {
        String much = "0123456789abcde\n".repeat(1 << 18);
        Result result = run("cat; head -c 300000 /dev/zero >&2", much);
        assertAll(
                () -> assertEquals(much.length(), result.out().length(), "bytes of output"),
                () -> assertTrue(result.err().length() < 20_000, "errors are cut off"));
    }

    @Test
    void survivesAProgramThatReadsNothing() throws IOException {
        assertEquals(3, run("exit 3", "x".repeat(1 << 20)).exit());
    }

    @Test
    void givesProgramsNothingOfItsEnvironmentButAPath() throws IOException {
        List<String> names = run("/usr/bin/env", "")
                .out()
                .lines()
                .map(line -> line.replaceFirst("=.*", ""))
                // Set by sh itself.
                .filter(name -> !List.of("PWD", "OLDPWD", "SHLVL", "_").contains(name))
                .sorted()
                .toList();
        assertEquals(List.of("LC_ALL", "PATH"), names);
    }

    @Test
    void killsAProgramAtItsDeadlineWithAllThatItStarted() throws IOException {
        tools.tool("iptables", "#!/bin/sh\nsleep 1000 &\necho $! > " + directory + "/child\nwait\n");
        assertRefused(
                Kind.FAILED,
                "iptables did not end within 0.5 s",
                () -> tools.runner(Duration.ofMillis(500))
                        .run(directory.resolve("iptables"), List.of(), "x".repeat(1 << 20)));
        long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
        // To await the end of what isn't our own child, Java looks every other second.
        while (ProcessHandle.of(child).filter(ProcessHandle::isAlive).isPresent()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void refusesOutputWithoutEnd() {
        assertRefused(Kind.FAILED, "more than 32 MiB", () -> run("head -c 40000000 /dev/zero", ""));
    }

    @Test
    void finishesItsWorkWhenInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        Result result = run("cat", "done");
        assertTrue(Thread.interrupted(), "the interrupt stays pending");
        assertEquals("done", result.out());
    }

    @Test
    void saysThatAProgramIsMissing() throws IOException {
        tools.remove("iptables");
        assertRefused(
                Kind.NOT_INSTALLED,
                "iptables is not installed: apt install iptables / dnf install iptables",
                () -> tools.runner(LONG).find("iptables", "iptables"));
    }

    @Test
    void saysThatAProgramIsNotExecutable() throws IOException {
        Files.setPosixFilePermissions(directory.resolve("iptables"), PosixFilePermissions.fromString("rw-r--r--"));
        assertUnavailable("chmod a+x " + directory + "/iptables");
    }

    @Test
    void saysThatAProgramVanished() throws IOException {
        tools.remove("iptables");
        assertRefused(
                Kind.FAILED,
                "iptables can't be started",
                () -> tools.runner(LONG).run(directory.resolve("iptables"), List.of(), ""));
    }

    @Test
    void looksInNoRelativeDirectory() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        String relative = here.relativize(directory.toAbsolutePath()).toString();
        Programs runner = new Programs(List.of(), relative + "::" + directory, LONG);
        assertEquals(directory.resolve("iptables"), runner.find("iptables", "iptables"));
        assertRefused(
                Kind.NOT_INSTALLED,
                "not installed",
                () -> new Programs(List.of(), relative, LONG).find("iptables", "iptables"));
    }

    private void assertUnavailable(String message) {
        assertRefused(Kind.UNAVAILABLE, message, () -> tools.runner(LONG).find("iptables", "iptables"));
    }

    private Result run(String script, String input) throws IOException {
        tools.tool("iptables", "#!/bin/sh\n" + script + "\n");
        return tools.runner(LONG).run(directory.resolve("iptables"), List.of(), input);
    }
}
