package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.process.ErrorMessages;
import io.tcptracker.firewall.process.Programs;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs that keep the tables of one address family: {@code iptables} and {@code iptables-restore}, or the twins. */
public final class Iptables {
    private final Programs runner;
    private final Path tool;
    private final Path restore;
    private final IptablesVersion version;

    private Iptables(Programs runner, Path tool, Path restore, IptablesVersion version) {
        this.runner = runner;
        this.tool = tool;
        this.restore = restore;
        this.version = version;
    }

    static Iptables of(Programs runner, AddressFamily family) throws FirewallException {
        Path tool = runner.find(family.tool(), "iptables");
        IptablesVersion version = IptablesVersion.of(runner.run(tool, List.of("-V"), ""));
        return new Iptables(runner, tool, runner.find(family.tool() + "-restore", "iptables"), version);
    }

    IptablesVersion version() {
        return version;
    }

    /** Returns the tool's name for messages. */
    String name() {
        return ErrorMessages.name(tool);
    }

    /** Lists the rules of the table {@code filter}, of one of its chains, or one rule of it by its number. */
    Result list(String... which) throws FirewallException {
        List<String> arguments = options("-S");
        arguments.addAll(List.of(which));
        return runner.run(tool, arguments, "");
    }

    /** Changes the table as one transaction: all of it is done, or nothing. */
    Result commit(List<String> lines) throws FirewallException {
        return runner.run(restore, options("--noflush"), "*filter\n" + String.join("\n", lines) + "\nCOMMIT\n");
    }

    /** Adds a wait, without which the legacy variant gives up while another program works, or waits for ever. */
    private List<String> options(String last) {
        List<String> options = new ArrayList<>(version.waits() ? List.of("-w", "3") : List.of());
        options.add(last);
        return options;
    }
}
