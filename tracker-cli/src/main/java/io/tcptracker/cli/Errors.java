package io.tcptracker.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what went wrong, and where to read on. */
final class Errors {
    private Errors() {}

    static int usage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(prefix(command) + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    static int execution(Exception e, CommandLine command, @Nullable ParseResult result) {
        int code = ExitCode.of(e);
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        command.getErr().println(prefix(command) + message.lines().findFirst().orElse(""));
        if (code == ExitCode.FAILED) {
            LoggerFactory.getLogger(Errors.class).debug("cause", e);
        }
        return code;
    }

    private static String prefix(CommandLine command) {
        return command.getColorScheme().errorText("tcptracker: ").toString();
    }
}
