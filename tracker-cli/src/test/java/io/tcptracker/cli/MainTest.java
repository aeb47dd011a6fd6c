package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

final class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"run", "replay", "chain", "devices", "check", "generate-completion", "help"})
    void helpOfACommandHasEachOptionWithItsDefaultAndTheExitCodes(String command) {
        Invocation help = Invocation.of(command, "--help");
        String text = help.out().replaceAll("\\s+", " ");
        CommandSpec spec = Invocation.spec(Invocation.line(Map.of()), command);
        for (OptionSpec option : spec.options()) {
            for (String name : option.names()) {
                assertTrue(text.contains(name), name);
            }
            String value = option.defaultValue();
            assertTrue(value == null || text.contains("(default: " + value + ")"), option.longestName());
        }
        for (String code :
                new String[] {"0 done", "1 failed", "2 wrong", "65 ", "66 ", "69 ", "77 not permitted", "78 "}) {
            assertTrue(text.contains(" " + code), code);
        }
        assertEquals("", help.err());
        assertEquals(ExitCode.DONE, help.exit());
    }

    @Test
    void helpListsEachCommand() {
        Invocation help = Invocation.of("--help");
        for (String command : Invocation.line(Map.of()).getSubcommands().keySet()) {
            assertTrue(help.out().contains("\n  " + command + " "), command);
        }
        assertEquals(ExitCode.DONE, help.exit());
        assertEquals(help, Invocation.of("-h"));
        assertEquals(help, Invocation.of("help"));
        assertEquals(Invocation.of("run", "--help"), Invocation.of("help", "run"));
    }

    @Test
    void helpOfRunHasItsOptionsInSections() {
        String help = Invocation.of("run", "--help").out();
        List<String> landmarks = List.of(
                "--help ",
                "\nWhat to watch:\n",
                "--device=",
                "\nWhat is a scan:\n",
                "--ports=",
                "--memory=",
                "\nBlocking:\n",
                "--dry-run ",
                "--on-exit=",
                "\nOutput:\n",
                "--log-format=",
                "--verbose ",
                "\nExit codes:\n");
        String list = help.substring(help.indexOf("  -h, --help"));
        List<Integer> places = landmarks.stream().map(list::indexOf).toList();
        assertEquals(places.stream().sorted().toList(), places);
        assertTrue(places.get(0) >= 0, () -> landmarks + " at " + places);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "replay", "chain", "devices", "check"})
    void examplesFitA80ColumnTerminal(String command) {
        CommandLine line = Invocation.line(Map.of());
        CommandSpec spec = command.isEmpty() ? line.getCommandSpec() : Invocation.spec(line, command);
        for (String example : spec.usageMessage().footer()) {
            assertTrue(example.length() <= 80, example);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void versionIsOneLine(String option) {
        Invocation version = Invocation.of(option);
        assertTrue(version.out().matches("tcptracker \\S.*, Java [0-9.]+\\S*\n"), version.out());
        assertEquals(ExitCode.DONE, version.exit());
        assertEquals(version, Invocation.of("run", option));
    }

    @ParameterizedTest
    @CsvSource({
        "'',                 tcptracker,        'Name a command: run, replay, chain, devices or check'",
        "--dry-run,          tcptracker,        Unknown option: '--dry-run'",
        "xyz,                tcptracker,        Unmatched argument at index 0: 'xyz'",
        "run --nonsense,     tcptracker run,    Unknown option: '--nonsense'",
        "run nonsense,       tcptracker run,    Unmatched argument at index 1: 'nonsense'",
        "run --ban,          tcptracker run,    Missing required parameter for option '--ban' (DURATION)",
        "run --ports many,   tcptracker run,    Invalid value for option '--ports': 'many' is not an int",
        "run --ports 1 --ports 2, tcptracker run, option '--ports' (N) should be specified only once",
        "replay,             tcptracker replay, Missing required parameter: 'FILE'",
        "run --ban=10,       tcptracker run,    'Invalid value for option ''--ban'': ''10'' is not a duration;"
                + " write a number and ms, s, m, h or d, like 90s or 10m'",
        "run -d x --ban=1ms, tcptracker run,    'Wrong --ban, --ban-max or --ban-budget: a ban lasts from 1s to 365d, or 0 until the tracker stops'",
        "run -d x --ports 0, tcptracker run,"
                + " 'Wrong --ports, --window, --unanswered, --answer-timeout or --ipv6-prefix: the number of ports is 1 to 1000, not 0'",
    })
    void wrongUsageIsReportedInOneLineWithAPointerToTheHelp(String arguments, String command, String message) {
        Invocation wrong = Invocation.of(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
        assertEquals("tcptracker: " + message + "\nTry '" + command + " --help'.\n", wrong.err());
        assertEquals("", wrong.out());
        assertEquals(ExitCode.USAGE, wrong.exit());
    }

    @Test
    void nearMissIsHelpedWithASuggestion() {
        assertTrue(Invocation.of("run", "--dryrun").err().contains("--dry-run"));
        assertEquals(ExitCode.USAGE, Invocation.of("run", "--dryrun").exit());
    }

    @Test
    void wrongArgumentIsShownWithoutControlCharacters() {
        Invocation wrong = Invocation.of("devices", "\u001b]0;owned\u0007\n\u009b31m");
        assertEquals(2, wrong.err().lines().count(), wrong.err());
        assertTrue(wrong.err().replace("\n", "").chars().noneMatch(Character::isISOControl), wrong.err());
    }

    @Test
    void failureIsReportedInOneLineWithoutAStackTrace() {
        Invocation failed = Invocation.of("run", "--dry-run", "-d", "no\u001bsuch\ndevice");
        assertEquals(1, failed.err().lines().count(), failed.err());
        assertTrue(failed.err().startsWith("tcptracker: "), failed.err());
        assertTrue(failed.err().replace("\n", "").chars().noneMatch(Character::isISOControl), failed.err());
        assertEquals("", failed.out());
        assertFalse(failed.exit() == ExitCode.DONE || failed.exit() == ExitCode.FAILED, failed.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0/8\\n\\nmy.host # home | line 3: 'my.host' is not an IP address; write it like 192.0.2.1 or"
                        + " 2001:db8::1",
                "10.0.0.1/8 | line 1: 10.0.0.1/8 has bits set past its length; write 10.0.0.0/8",
                "10.0.0.0/8, 10.1.0.0/8 | line 1: '10.0.0.0/8, 10.1.0.0/8' is not a prefix; write it like 10.0.0.0/8"
                        + " or 2001:db8::/32",
            })
    void invalidAllowFileIsBadConfigurationReportedWithItsLine(String content, String message, @TempDir Path directory)
            throws IOException {
        Path file = Files.writeString(directory.resolve("allow"), content.replace("\\n", "\n"));
        Invocation wrong = Invocation.of("run", "-d", "nosuch", "--dry-run", "--allow-file", file.toString());
        assertEquals("tcptracker: " + file + " " + message + "\n", wrong.err());
        assertEquals(78, wrong.exit());
    }

    @Test
    void missingAllowFileIsBadConfiguration() {
        Invocation wrong = Invocation.in(
                Map.of("TCPTRACKER_ALLOW_FILE", "/no/such\u001bfile"), "run", "-d", "nosuch", "--dry-run");
        assertEquals("tcptracker: cannot read the allow list in /no/such?file: there is no such file\n", wrong.err());
        assertEquals(78, wrong.exit());
    }

    @Test
    void errorOfTheMachineEndsTheProcessInOneLineToo() {
        CommandLine line = Invocation.line(Map.of());
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err, true));
        line.setExecutionStrategy(parsed -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        assertEquals(ExitCode.FAILED, Main.execute(line, "devices"));
        assertEquals("tcptracker: java.lang.OutOfMemoryError: unable to create native thread\n", err.toString());
    }

    @Test
    void argumentIsNoFileToReadArgumentsFrom(@TempDir Path directory) throws IOException {
        // A file that the invoker may not read, but this program may, would be shown in the error.
        Path secret = Files.writeString(directory.resolve("secret"), "hunter2");
        assertFalse(Invocation.of("@" + secret).err().contains("hunter2"));
        assertFalse(Invocation.of("replay", "@" + secret).err().contains("hunter2"));
    }

    @Needs(programs = "bash")
    @Test
    void completionIsAScriptThatBashAccepts(@TempDir Path directory) throws IOException {
        Invocation completion = Invocation.of("generate-completion");
        assertEquals(ExitCode.DONE, completion.exit());
        Path script = Files.writeString(directory.resolve("completion"), completion.out());
        assertEquals(0, Shell.run("bash", "-n", script.toString()).exit());
        String completed = Shell.run(
                        "bash",
                        "-c",
                        ". \"$0\"; COMP_WORDS=(tcptracker run --dr); COMP_CWORD=2; COMP_LINE='tcptracker run --dr'"
                                + " _complete_tcptracker; echo \"${COMPREPLY[@]}\"",
                        script.toString())
                .orThrow();
        assertEquals("--dry-run", completed.strip());
    }
}
