package io.tcptracker.firewall;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.process.Programs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import io.tcptracker.testing.Talk;
import java.io.IOException;
import java.io.Writer;
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

/** What tests in a kernel share: a network namespace of their own, and tools that they choose. */
public abstract class KernelNetwork {
    protected static final AllowList NOBODY = AllowList.of(List.of());
    /** It is this time for as long as a test takes, but not for the kernel. */
    protected static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    /** Where the tools are. */
    @TempDir
    protected Path directory;

    protected final Network network = new Network();
    private final List<Path> tools = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    private final List<HostFirewall> opened = new ArrayList<>();

    @BeforeEach
    protected void openDirectory() throws IOException {
        // For the test without privilege.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    protected void clear() throws IOException {
        for (HostFirewall firewall : opened) {
            firewall.leave();
        }
        started.forEach(process -> process.destroyForcibly().onExit().join());
        network.close();
        // Of links that are left, JUnit warns one by one.
        for (Path tool : tools) {
            Files.deleteIfExists(tool);
        }
    }

    /** Puts a tool where it will be found, under this name. */
    protected void install(String name, String real) throws IOException {
        tools.add(Files.createSymbolicLink(
                directory.resolve(name), Shell.find(real).orElseThrow().toRealPath()));
    }

    protected KeptFirewall open(BackendChoice kind, Protection protection) throws IOException {
        return kept(NamespaceFirewall.open(host(network.onHost()), kind, protection));
    }

    private KeptFirewall kept(HostFirewall firewall) {
        opened.add(firewall);
        return new KeptFirewall(firewall);
    }

    protected KeptFirewall open(BackendChoice kind) throws IOException {
        return open(kind, Protection.HOST);
    }

    protected KeptFirewall attach() throws IOException {
        return kept(NamespaceFirewall.attach(host(network.onHost())));
    }

    protected HostEnvironment host(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.set(0, Shell.find(command.get(0)).orElseThrow().toString());
        return new HostEnvironment(
                new Programs(command, directory.toString(), Duration.ofSeconds(20)),
                true,
                directory.resolve("lock"),
                directory,
                Clock.fixed(START, ZoneOffset.UTC));
    }

    protected Process start(List<String> command) {
        Process process = Network.start(command);
        started.add(process);
        return process;
    }

    /** A process of its own that keeps the firewall. */
    protected Process keeper(BackendChoice kind, String... sources) {
        List<String> command =
                new ArrayList<>(network.onHost("env", "PATH=" + directory, "RUNTIME_DIRECTORY=" + directory));
        List<String> arguments = new ArrayList<>(List.of(kind.name()));
        arguments.addAll(List.of(sources));
        command.addAll(List.of(Java.command(Keeper.class, arguments.toArray(String[]::new))));
        return start(command);
    }

    /** Runs nft on the host, each command a line. */
    protected String nft(String... commands) {
        return Shell.run(network.onHost("nft", String.join("; ", commands))).orThrow();
    }

    protected static Ban ban(String source, long second) {
        return new Ban(Prefix.parse(source), START.plusSeconds(second), Duration.ofMinutes(10));
    }

    protected static List<Prefix> prefixes(String... prefixes) {
        return List.of(prefixes).stream().map(Prefix::parse).toList();
    }

    protected static List<Prefix> sources(List<Ban> bans) {
        return bans.stream().map(Ban::source).toList();
    }

    /** The port that is listened on there. */
    protected String listen(List<String> prefix) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Talk.server(0)));
        return Java.nextLine(start(command));
    }

    protected static String say(Process process, String line) throws IOException {
        Writer out = process.outputWriter();
        out.write(line + "\n");
        out.flush();
        return Java.nextLine(process);
    }
}
