package io.tcptracker.cli;

import io.tcptracker.cli.check.CheckCommand;
import io.tcptracker.cli.console.Errors;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Terminal;
import io.tcptracker.cli.options.Converters;
import io.tcptracker.cli.options.HelpSections;
import io.tcptracker.cli.replay.ReplayCommand;
import io.tcptracker.cli.run.RunCommand;
import io.tcptracker.cli.run.Termination;
import io.tcptracker.core.net.Prefix;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the tcptracker command. */
@Command(
        name = "tcptracker",
        description = "Logs and counts new TCP connections, detects port scans and blocks the scanners.",
        subcommands = {
            RunCommand.class,
            ReplayCommand.class,
            ChainCommand.class,
            DevicesCommand.class,
            CheckCommand.class,
            GenerateCompletion.class,
            HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:failed while running",
            " 2:wrong usage",
            "65:an input file is damaged or no capture file",
            "66:an input file is missing",
            "69:device, library, firewall tool or kernel feature unavailable",
            "77:not permitted",
            "78:a configuration file is missing or wrong"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  tcptracker check                     find out what this host lacks",
            "  tcptracker run -d eth0               watch eth0, block scanners for 10 minutes",
            "  tcptracker run -d eth0 --dry-run     report what would be blocked",
            "  tcptracker replay attack.pcap        find the scans in a capture file",
            "  tcptracker chain --flush             unblock all sources",
            "  . <(tcptracker generate-completion)  complete commands and options by Tab"
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        Termination termination = Termination.onSignal();
        termination.exit(execute(commandLine(termination), args));
    }

    static int execute(CommandLine line, String... args) {
        try {
            int code = line.execute(args);
            if (code != ExitCode.DONE || !line.getOut().checkError()) {
                return code;
            }
            line.getErr().println("tcptracker: can't write to standard output: is the disk full, or the reader gone?");
        } catch (Error e) {
            // Such as: no memory or thread left. Nothing else would report it or end the process.
            line.getErr().println("tcptracker: " + Terminal.printable(e.toString()));
        }
        return ExitCode.FAILED;
    }

    public static CommandLine commandLine(Termination termination) {
        CommandLine line = new CommandLine(new Main(), factory(termination));
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setDefaultValueProvider(new EnvironmentDefaults(System.getenv()));
        line.registerConverter(Duration.class, Converters::duration);
        line.registerConverter(Converters.Bytes.class, Converters::bytes);
        line.registerConverter(Converters.PerMinute.class, Converters::perMinute);
        line.registerConverter(Prefix.class, Converters::prefix);
        line.registerConverter(InetSocketAddress.class, Converters::listen);
        // With privileges, @FILE would show in an error what its user may not read; and a capture file may be called
        // so.
        line.setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new HelpSections());
        line.getSubcommands()
                .values()
                .forEach(each ->
                        each.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, new HelpSections()));
        line.setParameterExceptionHandler(Errors::usage);
        line.setExecutionExceptionHandler(Errors::execution);
        return line;
    }

    private static IFactory factory(Termination termination) {
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == RunCommand.class
                        ? type.cast(new RunCommand(termination, Version.number()))
                        : CommandLine.defaultFactory().create(type);
            }
        };
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: run, replay, chain, devices or check");
    }

    /** The version of this program. */
    static final class Version implements IVersionProvider {
        static String number() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "(built from source)" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"tcptracker " + number() + ", Java " + System.getProperty("java.version")};
        }
    }
}
