package io.tcptracker.cli;

import io.tcptracker.capture.Device;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Table;
import io.tcptracker.core.net.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that lists the devices. */
@Command(
        name = "devices",
        description = "List the devices that can be watched, with their state and addresses.",
        footer = "  tcptracker devices")
final class DevicesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("DEVICE", "STATE", "ADDRESSES"));
        for (Device device : Device.all()) {
            String addresses =
                    device.addresses().stream().map(IpAddress::toString).collect(Collectors.joining(" "));
            rows.add(List.of(device.name(), device.state().toString(), addresses));
        }
        spec.commandLine().getOut().print(Table.of(rows));
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
