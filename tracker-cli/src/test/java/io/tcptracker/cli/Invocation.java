package io.tcptracker.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the command did when it was run in this process. */
record Invocation(int exit, String out, String err) {
    static Invocation of(String... arguments) {
        return in(Map.of(), arguments);
    }

    static Invocation in(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = line(environment);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return new Invocation(line.execute(arguments), out.toString(), err.toString());
    }

    /** The command, with nothing but this in its environment. */
    static CommandLine line(Map<String, String> environment) {
        CommandLine line = Main.commandLine(new Termination());
        line.setDefaultValueProvider(new EnvironmentDefaults(environment));
        return line;
    }

    static CommandSpec spec(CommandLine line, String command) {
        return Objects.requireNonNull(line.getSubcommands().get(command)).getCommandSpec();
    }
}
