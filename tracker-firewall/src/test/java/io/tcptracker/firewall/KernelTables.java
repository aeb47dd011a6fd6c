package io.tcptracker.firewall;

import io.tcptracker.core.AllowList;
import io.tcptracker.core.Ban;
import io.tcptracker.core.Prefix;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests on a kernel's own tables share: a network namespace of their own, and one of the variants of iptables. */
abstract class KernelTables {
    static final List<String> TOOLS = List.of("iptables", "ip6tables");
    static final String JUMP =
            "-A INPUT -m conntrack --ctstate INVALID,NEW -m comment --comment tcptracker -j tcptracker";

    static final AllowList NOBODY = AllowList.of(List.of());
    /** It is this time for as long as a test takes, but not for the kernel. */
    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    Path directory;

    final String variant;
    final Network network = new Network();
    private final List<Process> started = new ArrayList<>();
    private final List<IptablesFirewall> opened = new ArrayList<>();

    KernelTables(String variant) {
        this.variant = variant;
    }

    @BeforeEach
    void choose() throws IOException {
        for (String tool : TOOLS) {
            for (String kind : List.of("", "-restore")) {
                Path real = Shell.find(tool + "-" + variant + kind).orElseThrow();
                Files.createSymbolicLink(directory.resolve(tool + kind), real.toRealPath());
            }
        }
        Files.createSymbolicLink(
                directory.resolve("ipset"), Shell.find("ipset").orElseThrow().toRealPath());
        // For the test without privilege.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void clear() throws IOException {
        for (IptablesFirewall firewall : opened) {
            firewall.leave();
        }
        for (String tool : TOOLS) {
            Files.delete(directory.resolve(tool));
            Files.delete(directory.resolve(tool + "-restore"));
        }
        Files.deleteIfExists(directory.resolve("ipset"));
        started.forEach(process -> process.destroyForcibly().onExit().join());
        network.close();
    }

    IptablesFirewall open(Variant kind) throws IOException {
        return open(kind, Protection.HOST);
    }

    IptablesFirewall open(Variant kind, Protection protection) throws IOException {
        IptablesFirewall firewall = IptablesFirewall.open(host(network.onHost()), kind, protection);
        opened.add(firewall);
        return firewall;
    }

    IptablesFirewall attach() throws IOException {
        IptablesFirewall firewall = IptablesFirewall.attach(host(network.onHost()));
        opened.add(firewall);
        return firewall;
    }

    Host host(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.set(0, Shell.find(command.get(0)).orElseThrow().toString());
        return new Host(
                new Runner(command, directory.toString(), Duration.ofSeconds(20)),
                true,
                directory.resolve("lock"),
                directory,
                Clock.fixed(START, ZoneOffset.UTC));
    }

    Process start(List<String> command) {
        Process process = Network.start(command);
        started.add(process);
        return process;
    }

    String run(String tool, String... arguments) {
        List<String> command =
                new ArrayList<>(network.onHost(directory.resolve(tool).toString(), "-w", "10"));
        command.addAll(List.of(arguments));
        return Shell.run(command).orThrow();
    }

    String ipset(String... arguments) {
        List<String> command = new ArrayList<>(network.onHost("ipset"));
        command.addAll(List.of(arguments));
        return Shell.run(command).orThrow();
    }

    String rules() {
        return String.join("", TOOLS.stream().map(tool -> run(tool, "-S")).toList());
    }

    static Ban ban(String source, long second) {
        return new Ban(Prefix.parse(source), START.plusSeconds(second), Duration.ofMinutes(10));
    }
}
