package io.tcptracker.cli.testing;

import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import io.tcptracker.testing.Shell.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A host that runs the packaged program and a peer that scans it, made anew for each test. Whatever was started is killed
 * after it; if the test fails, the failure tells what the trackers said.
 */
public final class Hosts implements BeforeEachCallback, AfterEachCallback, TestExecutionExceptionHandler {
    public static final Path HOME = Path.of(System.getProperty("tcptracker.home", ".."))
            .toAbsolutePath()
            .normalize();
    public static final String PROGRAM = HOME.resolve("bin/tcptracker").toString();
    public static final String PEER_DEVICE = "veth1";

    private final List<Process> processes = new ArrayList<>();
    private final List<RunningTracker> trackers = new ArrayList<>();
    private @Nullable Network network;
    private String namespace = "";
    private String state = "";

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        network = new Network();
        // Of several addresses the kernel takes any as the source; tests want to know which.
        onPeer("ip", "-6", "route", "replace", Network.HOST6, "dev", PEER_DEVICE, "src", Network.PEER6)
                .orThrow();
        state = Files.createTempDirectory("tcptracker-state").toString();
        namespace = onHost("readlink", "/proc/self/ns/net").orThrow().replaceAll("\\D", "");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        trackers.forEach(RunningTracker::kill);
        processes.forEach(process -> process.destroyForcibly().onExit().join());
        if (network != null) {
            network.close();
        }
        for (String directory : List.of("/run", System.getProperty("java.io.tmpdir"))) {
            Files.deleteIfExists(Path.of(directory, "tcptracker-" + namespace + ".lock"));
        }
        Files.deleteIfExists(Path.of(state, "offenders"));
        Files.delete(Path.of(state));
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (failure instanceof AssertionError || failure instanceof IllegalStateException) {
            String told = trackers.stream().map(RunningTracker::toString).collect(Collectors.joining("\n"));
            throw new AssertionError(failure.getMessage() + "\n" + told, failure);
        }
        throw failure;
    }

    private Network network() {
        if (network == null) {
            throw new IllegalStateException("no test runs");
        }
        return network;
    }

    public Result onHost(String... command) {
        return Shell.run(network().onHost(command));
    }

    public Result onPeer(String... command) {
        return Shell.run(network().onPeer(command));
    }

    public Process startOnHost(String... command) {
        return started(network().onHost(command));
    }

    public Process startOnPeer(String... command) {
        return started(network().onPeer(command));
    }

    private Process started(List<String> command) {
        Process process = Network.start(command);
        processes.add(process);
        return process;
    }

    /** The program on the host, to its end. */
    public Result tcptracker(String... arguments) {
        return tcptracker(List.of(PROGRAM), arguments);
    }

    /** The same, started in another way. */
    public Result tcptracker(List<String> program, String... arguments) {
        return Shell.run(command(program, arguments));
    }

    /** A tracker that watches the host's device, with more options. */
    public RunningTracker track(String... options) {
        return track(List.of(PROGRAM), options);
    }

    public RunningTracker track(List<String> program, String... options) {
        return trackUnread(program, options).read();
    }

    /** A tracker whose output nobody reads yet. */
    public RunningTracker trackUnread(List<String> program, String... options) {
        String[] arguments = Stream.concat(Stream.of("run", "-d", Network.DEVICE), Stream.of(options))
                .toArray(String[]::new);
        RunningTracker tracker = new RunningTracker(command(program, arguments), network()::onHost);
        trackers.add(tracker);
        return tracker.awaitWatching();
    }

    private List<String> command(List<String> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "STATE_DIRECTORY=" + state));
        command.addAll(program);
        command.addAll(List.of(arguments));
        return network().onHost(command.toArray(String[]::new));
    }

    /** Scans twenty ports of each destination, none of which is open. */
    public void scan(String source, String... destinations) {
        knock(source, "1-20", destinations);
    }

    /** Sends a SYN to each of these ports. */
    public void knock(String source, String ports, String... destinations) {
        List<String> command = new ArrayList<>(List.of("nmap", "-n", "-Pn", "-sS", "--max-retries", "0", "-p", ports));
        command.addAll(List.of("-S", source, "-e", PEER_DEVICE));
        if (source.contains(":")) {
            command.add("-6");
        }
        command.addAll(List.of(destinations));
        onPeer(command.toArray(String[]::new)).orThrow();
    }

    /** All rules of both families and the names of all sets, in the words of the tools. */
    public String rules() {
        return onHost("iptables", "-S").orThrow()
                + onHost("ip6tables", "-S").orThrow()
                + onHost("ipset", "list", "-name").orThrow();
    }

    /** The entries of the kernel's sets, and the plain rules, that ban this source. */
    public List<String> bansOf(String source) {
        String entry = "add tcptracker[46] " + Pattern.quote(source) + " .*";
        String rule = "-A tcptracker -s " + Pattern.quote(source) + "/.* -j DROP";
        return (onHost("ipset", "save").orThrow() + rules())
                .lines()
                .filter(line -> line.matches(entry) || line.matches(rule))
                .toList();
    }
}
