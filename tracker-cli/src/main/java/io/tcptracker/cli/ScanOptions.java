package io.tcptracker.cli;

import io.tcptracker.core.ScanPolicy;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say what a scan is. */
final class ScanOptions {
    private static final long HEAP_FOR_THE_REST = 32L << 20;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--ports",
            paramLabel = "N",
            defaultValue = "3",
            description = "More than N distinct ports of a destination are a scan (default: ${DEFAULT-VALUE}).")
    private int ports;

    @Option(
            names = "--window",
            paramLabel = "DURATION",
            defaultValue = "60s",
            description = "Within how long they are tried (default: ${DEFAULT-VALUE}).")
    private Duration window;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "48M",
            description = "How much to remember who tried which port. The default outlasts a flood of 100,000 forged"
                    + " sources a second for 12 s between a scanner's first two ports; more grows in proportion (default:"
                    + " ${DEFAULT-VALUE}).")
    private Converters.Bytes memory;

    ScanPolicy policy() {
        // bin/tcptracker sees to it, unless somebody sets another heap.
        long heap = memory.count() + HEAP_FOR_THE_REST;
        if (heap > Runtime.getRuntime().maxMemory()) {
            throw new ParameterException(
                    command.commandLine(),
                    "Wrong --memory: it takes a larger heap; set JAVA_OPTS=-Xmx" + ((heap + heap / 16) >> 20) + "m");
        }
        try {
            return ScanPolicy.forMemory(ports, window, memory.count());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command.commandLine(), "Wrong --ports, --window or --memory: " + e.getMessage());
        }
    }
}
