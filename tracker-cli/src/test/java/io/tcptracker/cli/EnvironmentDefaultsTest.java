package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.events.LogFormat;
import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

final class EnvironmentDefaultsTest {
    /** What the option holds once the arguments of {@code run} are read. */
    private static @Nullable Object run(Map<String, String> environment, String option, String... arguments) {
        return value("run", environment, option, arguments);
    }

    private static @Nullable Object value(
            String command, Map<String, String> environment, String option, String... arguments) {
        CommandLine line = Invocation.line(environment);
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        line.parseArgs(all.toArray(String[]::new));
        return Invocation.spec(line, command).findOption(option).getValue();
    }

    @Test
    void eachOptionOfRunHasAVariable() {
        CommandSpec run = Invocation.spec(Invocation.line(Map.of()), "run");
        EnvironmentDefaults defaults = new EnvironmentDefaults(Map.ofEntries(
                Map.entry("TCPTRACKER_ALLOW", "1"),
                Map.entry("TCPTRACKER_ALLOW_FILE", "16"),
                Map.entry("TCPTRACKER_BAN", "2"),
                Map.entry("TCPTRACKER_BAN_MAX", "17"),
                Map.entry("TCPTRACKER_BAN_BUDGET", "18"),
                Map.entry("TCPTRACKER_RENEW", "19"),
                Map.entry("TCPTRACKER_FIREWALL", "20"),
                Map.entry("TCPTRACKER_PROTECT", "21"),
                Map.entry("TCPTRACKER_ON_EXIT", "22"),
                Map.entry("TCPTRACKER_DEVICE", "3"),
                Map.entry("TCPTRACKER_DRY_RUN", "4"),
                Map.entry("TCPTRACKER_FILTER", "5"),
                Map.entry("TCPTRACKER_LISTEN", "6"),
                Map.entry("TCPTRACKER_LOG_FORMAT", "7"),
                Map.entry("TCPTRACKER_LOG_RATE", "12"),
                Map.entry("TCPTRACKER_ENGINE", "13"),
                Map.entry("TCPTRACKER_BUFFER", "14"),
                Map.entry("TCPTRACKER_MEMORY", "15"),
                Map.entry("TCPTRACKER_PORTS", "8"),
                Map.entry("TCPTRACKER_QUIET", "9"),
                Map.entry("TCPTRACKER_VERBOSE", "10"),
                Map.entry("TCPTRACKER_WINDOW", "11"),
                Map.entry("TCPTRACKER_UNANSWERED", "30"),
                Map.entry("TCPTRACKER_ANSWER_TIMEOUT", "31"),
                Map.entry("TCPTRACKER_IPV6_PREFIX", "32"),
                Map.entry("TCPTRACKER_RULE", "33"),
                Map.entry("TCPTRACKER_HELP", "no"),
                Map.entry("TCPTRACKER_VERSION", "no")));
        Set<String> values = new TreeSet<>();
        for (OptionSpec option : run.options()) {
            String value = defaults.defaultValue(option);
            if (option.usageHelp() || option.versionHelp()) {
                assertNull(value, option.longestName());
            } else {
                assertTrue(value != null && values.add(value), option.longestName());
            }
        }
        assertEquals(26, values.size());
    }

    @Test
    void variableSetsTheOption() {
        assertEquals(Duration.ofHours(1), run(Map.of("TCPTRACKER_BAN", "1h"), "--ban"));
        assertEquals("eth0", run(Map.of("TCPTRACKER_DEVICE", "eth0"), "--device"));
        assertEquals(LogFormat.JSON, run(Map.of("TCPTRACKER_LOG_FORMAT", "json"), "--log-format"));
        assertEquals(5, run(Map.of("TCPTRACKER_PORTS", "5"), "--ports"));
    }

    @Test
    void commandLineWins() {
        assertEquals(Duration.ofSeconds(2), run(Map.of("TCPTRACKER_BAN", "1h"), "--ban", "--ban", "2s"));
        assertEquals(Duration.ofSeconds(2), run(Map.of("TCPTRACKER_BAN", "garbage"), "--ban", "--ban", "2s"));
        assertEquals(
                List.of(Prefix.parse("192.0.2.1")),
                run(Map.of("TCPTRACKER_ALLOW", "10.0.0.0/8"), "--allow", "--allow", "192.0.2.1"));
        assertEquals(false, run(Map.of("TCPTRACKER_DRY_RUN", "true"), "--dry-run", "--dry-run=false"));
    }

    @Test
    void listIsSeparatedByCommas() {
        assertEquals(
                List.of(Prefix.parse("10.0.0.0/8"), Prefix.parse("2001:db8::/32")),
                run(Map.of("TCPTRACKER_ALLOW", "10.0.0.0/8,2001:db8::/32"), "--allow"));
    }

    @Test
    void listMayAlsoBeGivenInPieces() {
        assertEquals(
                List.of(Prefix.parse("10.0.0.0/8"), Prefix.parse("::1"), Prefix.parse("192.0.2.1")),
                run(Map.of(), "--allow", "--allow", "10.0.0.0/8,::1", "--allow=192.0.2.1"));
        assertEquals(List.of(), run(Map.of(), "--allow"));
    }

    @ParameterizedTest
    @CsvSource({
        "--dry-run, TCPTRACKER_DRY_RUN",
        "--quiet,   TCPTRACKER_QUIET",
        "--verbose, TCPTRACKER_VERBOSE",
    })
    void flagIsTrueIfTheVariableOrTheCommandLineOrBothSaySo(String flag, String variable) {
        assertEquals(false, run(Map.of(), flag));
        assertEquals(true, run(Map.of(), flag, flag));
        assertEquals(true, run(Map.of(variable, "true"), flag));
        assertEquals(true, run(Map.of(variable, "true"), flag, flag));
        assertEquals(true, run(Map.of(variable, "TRUE"), flag));
        assertEquals(false, run(Map.of(variable, "false"), flag));
        assertEquals(true, run(Map.of(variable, "false"), flag, flag));
    }

    @Test
    void variablesAreForRunAndItsCheckAlone() {
        assertEquals("eth0", value("check", Map.of("TCPTRACKER_DEVICE", "eth0"), "--device"));
        assertEquals(false, value("chain", Map.of("TCPTRACKER_JSON", "true"), "--json"));
        assertEquals(false, value("replay", Map.of("TCPTRACKER_JSON", "true"), "--json", "file"));
        assertEquals(3, value("replay", Map.of("TCPTRACKER_PORTS", "5"), "--ports", "file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "garbage", "true ", "falsch"})
    void flagThatIsNeitherTrueNorFalseIsAUsageError(String value) {
        // Above all not a run that blocks where a dry run was meant.
        Invocation run = Invocation.in(Map.of("TCPTRACKER_DRY_RUN", value), "run");
        assertEquals(
                "tcptracker: Invalid value for option '--dry-run': '" + value + "' is not a boolean\n"
                        + "Try 'tcptracker run --help'.\n",
                run.err());
        assertEquals(ExitCode.USAGE, run.exit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void blankIsAsGoodAsUnset(String blank) {
        Map<String, String> environment = Map.of(
                "TCPTRACKER_BAN", blank,
                "TCPTRACKER_DEVICE", blank,
                "TCPTRACKER_DRY_RUN", blank,
                "TCPTRACKER_ALLOW", blank);
        assertEquals(Duration.ofMinutes(10), run(environment, "--ban"));
        assertNull(run(environment, "--device"));
        assertEquals(false, run(environment, "--dry-run"));
        assertEquals(List.of(), run(environment, "--allow"));
    }
}
