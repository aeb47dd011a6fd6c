package io.tcptracker.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.FirewallWarning;
import io.tcptracker.firewall.FirewallWarning.Kind;
import io.tcptracker.firewall.HostReport;
import io.tcptracker.firewall.HostReport.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class CheckCommandTest {
    private static final List<CheckResult> SOME = List.of(
            CheckResult.ok("device", "eth0 is up"),
            CheckResult.warn("ipset", "not installed", "apt install ipset"),
            new CheckResult("CAP_NET_RAW", State.NOT_PERMITTED, "missing", "run it as root"));

    @Test
    void tableHasALineForEachAndTheCureBelow() {
        assertEquals("""
                ok    device       eth0 is up
                warn  ipset        not installed
                                   cure: apt install ipset
                FAIL  CAP_NET_RAW  missing
                                   cure: run it as root
                1 problem found
                """, CheckCommand.table(SOME, false));
        assertEquals("""
                ok  device  eth0 is up
                This host can capture and block
                """, CheckCommand.table(SOME.subList(0, 1), false));
    }

    @Test
    void coloursChangeNothingButTheColour() {
        String coloured = CheckCommand.table(SOME, true);
        assertTrue(coloured.contains("\u001b[31mFAIL\u001b[0m"), coloured);
        assertEquals(CheckCommand.table(SOME, false), coloured.replaceAll("\u001b\\[[0-9]+m", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "OK,            OK,            0",
        "OK,            WARN,          0",
        "WARN,          NOT_PERMITTED, 77",
        "NOT_PERMITTED, NOT_PERMITTED, 77",
        "UNAVAILABLE,   OK,            69",
        "UNAVAILABLE,   NOT_PERMITTED, 69",
        "NOT_PERMITTED, UNAVAILABLE,   69",
    })
    void exitCodeIsThatOfTheProblemThatTakesMostToFix(State one, State other, int code) {
        assertEquals(
                code,
                CheckCommand.exitCode(List.of(new CheckResult("a", one, "", ""), new CheckResult("b", other, "", ""))));
    }

    @Test
    void objectHasTheFourParts() {
        assertEquals(
                "{\"check\":\"CAP_NET_RAW\",\"state\":\"fail\",\"detail\":\"missing\",\"cure\":\"run it as root\"}",
                Json.of(SOME.get(2).toMap()));
        assertEquals("warn", SOME.get(1).toMap().get("state"));
    }

    @Test
    void shownTextCannotMoveTheCursor() {
        CheckResult result = CheckResult.warn("x", "a\u001b[2Jb\nc", "d\re");
        assertEquals("a?[2Jb?c", result.detail());
        assertEquals("d?e", result.cure());
    }

    @Test
    void failureHasTheDetailAndTheCureOfItsException() {
        assertEquals(
                new CheckResult("c", State.NOT_PERMITTED, "nft can't read (denied: no)", "run it as root"),
                CheckResult.failed(
                        "c",
                        new FirewallException(
                                FirewallException.Kind.NOT_PERMITTED,
                                "nft can't read",
                                "denied: no",
                                "run it as root")));
        assertEquals(
                new CheckResult("c", State.UNAVAILABLE, "the disk burns", ""),
                CheckResult.failed("c", new IOException("the disk burns")));
    }

    @Test
    void portThatIsTakenIsAFailureUnlessATrackerMayHaveTakenIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
            CheckResult metrics = TrackerCheck.results(new RunningProcesses(List.of()), 7, address)
                    .get(1);
            assertEquals(State.UNAVAILABLE, metrics.state());
            assertEquals("port " + address.getPort() + " of 127.0.0.1 is in use", metrics.detail());
            RunningProcesses tracker = new RunningProcesses(List.of(new RunningProcesses.Running(
                    8, List.of("java", "-jar", "tcptracker.jar", "run"), Optional.empty())));
            List<CheckResult> results = TrackerCheck.results(tracker, 7, address);
            assertEquals(
                    List.of(State.WARN, State.WARN),
                    results.stream().map(CheckResult::state).toList());
        }
    }

    @Test
    void addressOfAnotherHostIsAFailure() throws IOException {
        InetSocketAddress elsewhere =
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 8081);
        CheckResult metrics = TrackerCheck.results(new RunningProcesses(List.of()), 7, elsewhere)
                .get(1);
        assertEquals(State.UNAVAILABLE, metrics.state());
    }

    private static List<String> firewallResults(HostReport report) {
        return FirewallCheck.results(report).stream()
                .map(result -> result.state() + " " + result.check() + ": " + result.detail())
                .toList();
    }

    @Test
    void firewallOfTheReportIsShownWithItsProgramsAndWarnings() {
        HostReport report = new HostReport(
                Optional.of("iptables with plain rules"),
                Optional.empty(),
                false,
                List.of(
                        new Tool("iptables", Optional.of(Path.of("/sbin/iptables"))),
                        new Tool("ipset", Optional.empty())),
                List.of(
                        new FirewallWarning(Kind.FORWARDING, "this host forwards"),
                        new FirewallWarning(Kind.UFW, "ufw is enabled")));
        assertEquals(
                List.of(
                        "OK firewall: can block with iptables with plain rules",
                        "OK iptables: /sbin/iptables",
                        "WARN ipset: not installed, or not on the PATH; without it each ban is its own iptables rule, which"
                                + " slows every new connection",
                        "WARN forwarding: this host forwards",
                        "OK ufw: ufw is enabled"),
                firewallResults(report));
    }

    @ParameterizedTest
    @CsvSource({"NOT_PERMITTED, NOT_PERMITTED", "UNAVAILABLE, UNAVAILABLE", "FAILED, UNAVAILABLE"})
    void firewallThatDoesNotWorkIsAFailure(FirewallException.Kind kind, State state) {
        HostReport report = new HostReport(
                Optional.empty(), Optional.of(new FirewallException(kind, "no", "", "")), false, List.of(), List.of());
        assertEquals(state, FirewallCheck.results(report).get(0).state());
    }

    @ParameterizedTest
    @EnumSource
    void warningHasAdviceUnlessItIsHarmless(Kind kind) {
        HostReport report = new HostReport(
                Optional.of("nft"), Optional.empty(), false, List.of(), List.of(new FirewallWarning(kind, "x")));
        CheckResult result = FirewallCheck.results(report).get(1);
        assertEquals(kind == Kind.UFW, result.cure().isEmpty());
        assertEquals(kind == Kind.UFW ? State.OK : State.WARN, result.state());
    }

    @Test
    void deviceThatIsNotThereIsNamed() {
        Invocation check = Invocation.in(Map.of("TCPTRACKER_DEVICE", "nosuch"), "check");
        assertTrue(check.out().contains("there is no device nosuch\n"), check.out());
        assertEquals(ExitCode.UNAVAILABLE, check.exit());
        assertEquals("", check.err());
    }
}
