package io.tcptracker.cli.testing;

import io.tcptracker.cli.EnvironmentDefaults;
import io.tcptracker.cli.Main;
import io.tcptracker.cli.run.Termination;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the command did when it was run in this process. */
public record Invocation(int exit, String out, String err) {
    public static Invocation of(String... arguments) {
        return in(Map.of(), arguments);
    }

    public static Invocation in(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = line(environment);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return new Invocation(line.execute(arguments), out.toString(), err.toString());
    }

    /** The command, with nothing but this in its environment. */
    public static CommandLine line(Map<String, String> environment) {
        CommandLine line = Main.commandLine(new Termination());
        line.setDefaultValueProvider(new EnvironmentDefaults(environment));
        return line;
    }

    public static CommandSpec spec(CommandLine line, String command) {
        return Objects.requireNonNull(line.getSubcommands().get(command)).getCommandSpec();
    }
}
