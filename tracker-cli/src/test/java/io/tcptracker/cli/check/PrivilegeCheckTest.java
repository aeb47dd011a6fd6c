package io.tcptracker.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.testing.Root;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrivilegeCheckTest {
    private final Root root;

    PrivilegeCheckTest(@TempDir Path directory) {
        root = new Root(directory);
    }

    private List<CheckResult> results(int user, String effective, String ambient, int noNewPrivileges)
            throws IOException {
        root.file(
                "proc/self/status",
                "Name:\tjava\nUid:\t1000\t%d\t0\t0\nCapInh:\t0000000000003000\nCapPrm:\tffffffffffffffff\nCapEff:\t%s\nCapAmb:\t%s\nNoNewPrivs:\t%d\n"
                        .formatted(user, effective, ambient, noNewPrivileges));
        return PrivilegeCheck.results(root.path());
    }

    @ParameterizedTest
    @CsvSource({
        "0,     000001ffffffffff, 0000000000000000, OK,            OK",
        "0,     0000000000003000, 0000000000000000, OK,            OK",
        "0,     0000000000000000, 0000000000000000, NOT_PERMITTED, NOT_PERMITTED",
        "0,     ffffffffffffcfff, 0000000000000000, NOT_PERMITTED, NOT_PERMITTED",
        "0,     0000000000001000, 0000000000000000, NOT_PERMITTED, OK",
        "0,     0000000000002000, 0000000000000000, OK,            NOT_PERMITTED",
        "65534, 0000000000003000, 0000000000003000, OK,            OK",
        "65534, 0000000000003000, 0000000000000000, WARN,          WARN",
        "65534, 0000000000003000, 0000000000001000, WARN,          OK",
    })
    void capabilitiesCountNotTheUser(int user, String effective, String ambient, State raw, State admin)
            throws IOException {
        List<CheckResult> results = results(user, effective, ambient, 0);
        assertEquals(
                List.of("CAP_NET_RAW", "CAP_NET_ADMIN", "no_new_privs"),
                results.stream().map(CheckResult::check).toList());
        assertEquals(
                List.of(raw, admin, State.OK),
                results.stream().map(CheckResult::state).toList());
    }

    @Test
    void missingOneIsNamedInTheCureForEachWayToStart() throws IOException {
        CheckResult raw = results(0, "0000000000001000", "0", 0).get(0);
        for (String way : List.of("setpriv ", "+net_raw", "AmbientCapabilities=", "docker run --cap-add NET_RAW")) {
            assertTrue(raw.cure().contains(way), raw::cure);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0000000000003000, 0, OK,   not set",
        "0000000000003000, 1, OK,   'set; the programs that it starts get its privileges'",
        "0000000000001000, 1, WARN, 'set, so that neither sudo nor file capabilities can add privileges'",
    })
    void noNewPrivilegesIsAWarningOnlyWhereOneIsMissing(String capabilities, int set, State state, String detail)
            throws IOException {
        CheckResult result = results(65534, capabilities, capabilities, set).get(2);
        assertEquals(state, result.state());
        assertEquals(detail, result.detail());
    }

    @Test
    void hostWithoutProcIsReported() {
        CheckResult result = PrivilegeCheck.results(root.path()).get(0);
        assertEquals(State.UNAVAILABLE, result.state());
    }
}
