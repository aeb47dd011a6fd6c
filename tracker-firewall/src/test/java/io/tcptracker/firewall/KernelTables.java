package io.tcptracker.firewall;

import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** What tests on a kernel's own tables share: one of the variants of iptables, and ipset. */
public abstract class KernelTables extends KernelNetwork {
    protected static final List<String> TOOLS = List.of("iptables", "ip6tables");
    protected static final String JUMP =
            "-A INPUT -m conntrack --ctstate INVALID,NEW -m comment --comment tcptracker -j tcptracker";

    protected final String variant;

    public KernelTables(String variant) {
        this.variant = variant;
    }

    @BeforeEach
    protected void choose() throws IOException {
        for (String tool : TOOLS) {
            for (String kind : List.of("", "-restore")) {
                install(tool + kind, tool + "-" + variant + kind);
            }
        }
        install("ipset", "ipset");
    }

    protected String run(String tool, String... arguments) {
        List<String> command =
                new ArrayList<>(network.onHost(directory.resolve(tool).toString(), "-w", "10"));
        command.addAll(List.of(arguments));
        return Shell.run(command).orThrow();
    }

    protected String ipset(String... arguments) {
        List<String> command = new ArrayList<>(network.onHost("ipset"));
        command.addAll(List.of(arguments));
        return Shell.run(command).orThrow();
    }

    protected String rules() {
        return String.join("", TOOLS.stream().map(tool -> run(tool, "-S")).toList());
    }
}
