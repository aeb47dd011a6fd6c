package io.tcptracker.cli.console;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.ExplainedException;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.metrics.ListenException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The reports of errors: one line with the failure, and a pointer to the help after wrong usage. */
public final class Errors {
    private Errors() {}

    /** Reports wrong usage; returns the exit code. */
    public static int usage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(prefix(command) + Terminal.printable(String.valueOf(e.getMessage())));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** Reports a failure, and those of the clean-up after it; returns the exit code. */
    public static int execution(Exception e, CommandLine command, @Nullable ParseResult result) {
        int code = ExitCode.of(e);
        command.getErr().println(prefix(command) + message(e));
        // Clean-up that failed, such as the removal of rules.
        for (Throwable also : e.getSuppressed()) {
            command.getErr().println(prefix(command) + message(also));
        }
        if (code == ExitCode.FAILED) {
            LoggerFactory.getLogger(Errors.class).debug("cause", e);
        }
        return code;
    }

    /** Returns what to do about a failure, with the option that helps where there is one; empty if nothing helps. */
    public static String cure(Throwable e) {
        if (e instanceof CaptureException capture) {
            return cure(capture);
        }
        if (e instanceof FirewallException firewall) {
            return switch (firewall.kind()) {
                case NOT_INSTALLED, IN_USE -> firewall.cure() + ", or run with --dry-run";
                case NOT_PERMITTED, UNAVAILABLE, CHAIN_GONE, FULL, FAILED -> firewall.cure();
            };
        }
        return e instanceof ListenException listen ? cure(listen) : "";
    }

    private static String cure(CaptureException e) {
        return switch (e.kind()) {
            case NO_DEVICE -> "list the devices with 'tcptracker devices'";
            case NO_NATIVE_LIBRARY ->
                "name a directory that is writable and not mounted noexec: JAVA_OPTS=-Djna.tmpdir=/var/tmp";
            case NOT_PERMITTED, UNAVAILABLE, MISSING, DAMAGED, BAD_FILTER -> e.cure();
        };
    }

    private static String cure(ListenException e) {
        return switch (e.kind()) {
            case IN_USE ->
                "see which program holds it (ss -ltnp 'sport = :" + e.address().getPort()
                        + "'), or choose another with --listen";
            case NOT_PERMITTED -> "choose a port from 1024 up with --listen, or give CAP_NET_BIND_SERVICE";
            case NOT_LOCAL -> "see 'ip address', and choose an address of this host with --listen";
            case NOT_AN_ADDRESS -> "give an IP address with --listen";
            case OTHER -> "choose another address or port with --listen";
        };
    }

    /** Returns what failed, without what to do. */
    public static String failure(Throwable e) {
        if (e instanceof ExplainedException explained) {
            String output = explained.toolOutput();
            return explained.failure() + (output.isEmpty() ? "" : " (" + output + ")");
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Returns a failure in one line: what failed (detail): what to do. */
    public static String message(Throwable e) {
        String cure = cure(e);
        // The check has the ways to hand over capabilities, which don't fit a line.
        String more = lacksPrivilege(e) ? "; 'tcptracker check' shows how" : "";
        return Terminal.printable(failure(e) + (cure.isEmpty() ? "" : ": " + cure + more));
    }

    private static boolean lacksPrivilege(Throwable e) {
        if (e instanceof CaptureException capture) {
            return capture.kind() == CaptureException.Kind.NOT_PERMITTED;
        }
        return e instanceof FirewallException firewall && firewall.kind() == FirewallException.Kind.NOT_PERMITTED;
    }

    private static String prefix(CommandLine command) {
        return command.getColorScheme().errorText("tcptracker: ").toString();
    }
}
