package io.tcptracker.cli.console;

import io.tcptracker.metrics.ListenException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a line what went wrong, and where to read on. */
public final class Errors {
    private Errors() {}

    public static int usage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(prefix(command) + Terminal.printable(String.valueOf(e.getMessage())));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    public static int execution(Exception e, CommandLine command, @Nullable ParseResult result) {
        int code = ExitCode.of(e);
        command.getErr().println(prefix(command) + message(e));
        // What could not be cleaned up after that, such as rules in the firewall.
        for (Throwable also : e.getSuppressed()) {
            command.getErr().println(prefix(command) + message(also));
        }
        if (code == ExitCode.FAILED) {
            LoggerFactory.getLogger(Errors.class).debug("cause", e);
        }
        return code;
    }

    /** Returns what to do about a failure to serve the metrics. */
    public static String cure(ListenException e) {
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

    private static String message(Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return Terminal.printable(e instanceof ListenException listen ? message + ": " + cure(listen) : message);
    }

    private static String prefix(CommandLine command) {
        return command.getColorScheme().errorText("tcptracker: ").toString();
    }
}
