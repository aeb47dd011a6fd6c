package io.tcptracker.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a line what went wrong, and where to read on. */
final class Errors {
    private Errors() {}

    static int usage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(prefix(command) + Terminal.printable(String.valueOf(e.getMessage())));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    static int execution(Exception e, CommandLine command, @Nullable ParseResult result) {
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

    private static String message(Throwable e) {
        return Terminal.printable(e.getMessage() == null ? e.toString() : e.getMessage());
    }

    private static String prefix(CommandLine command) {
        return command.getColorScheme().errorText("tcptracker: ").toString();
    }
}
