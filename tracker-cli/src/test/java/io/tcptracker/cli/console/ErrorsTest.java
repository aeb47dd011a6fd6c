package io.tcptracker.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ErrorsTest {
    private final StringWriter err = new StringWriter();

    private int execution(Exception e) {
        CommandLine line = Invocation.line(Map.of());
        line.setErr(new PrintWriter(err, true));
        return Errors.execution(e, line, null);
    }

    @Test
    void failureIsReportedByItsMessage() {
        assertEquals(1, execution(new IOException("the disk burns")));
        assertEquals("tcptracker: the disk burns\n", err.toString());
    }

    @Test
    void failureWithoutAMessageIsReportedByItsName() {
        execution(new IOException());
        assertEquals("tcptracker: java.io.IOException\n", err.toString());
    }

    @Test
    void messageStaysOnOneLine() {
        execution(new IOException("one\n\tat two\u001b[0m"));
        assertEquals("tcptracker: one??at two?[0m\n", err.toString());
    }

    @Test
    void cureNamesTheOptionThatHelps() {
        execution(new FirewallException(FirewallException.Kind.IN_USE, "another has it", "pid 7", "stop it first"));
        assertEquals("tcptracker: another has it (pid 7): stop it first, or run with --dry-run\n", err.toString());
        assertEquals(
                "list the devices with 'tcptracker devices'",
                Errors.cure(new CaptureException(CaptureException.Kind.NO_DEVICE, "no eth9", "", "see ip link")));
    }

    @Test
    void missingPrivilegePointsToTheCheck() {
        execution(new FirewallException(FirewallException.Kind.NOT_PERMITTED, "no", "", "run as root"));
        assertEquals("tcptracker: no: run as root; 'tcptracker check' shows how\n", err.toString());
    }

    @Test
    void failedCleanUpIsReportedToo() {
        FirewallException first = new FirewallException(FirewallException.Kind.UNAVAILABLE, "no iptables");
        first.addSuppressed(new IOException("the chain is left"));
        assertEquals(69, execution(first));
        assertEquals("tcptracker: no iptables\ntcptracker: the chain is left\n", err.toString());
    }
}
