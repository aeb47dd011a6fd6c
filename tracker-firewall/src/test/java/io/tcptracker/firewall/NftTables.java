package io.tcptracker.firewall;

import io.tcptracker.core.AllowList;
import io.tcptracker.core.Ban;
import io.tcptracker.core.Prefix;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests on a kernel's own nftables share: a network namespace of their own. */
abstract class NftTables {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final AllowList NOBODY = AllowList.of(List.of());
    private static final int SIZE = 100_000;

    @TempDir
    Path directory;

    final Network network = new Network();
    private final List<NftFirewall> opened = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void clear() {
        opened.forEach(NftFirewall::leave);
        started.forEach(process -> process.destroyForcibly().onExit().join());
        network.close();
    }

    NftFirewall open() throws IOException {
        return open(SIZE, false);
    }

    NftFirewall open(int size, boolean alsoForwarded) throws IOException {
        NftFirewall firewall = NftFirewall.open(host(network.onHost()), alsoForwarded, size, clock());
        opened.add(firewall);
        return firewall;
    }

    NftFirewall attach() throws IOException {
        return NftFirewall.attach(host(network.onHost()), SIZE, clock());
    }

    /** One that stands still, so that a ban is put up for as long as it says. */
    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    Host host(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.set(0, Shell.find(command.get(0)).orElseThrow().toString());
        String tools = System.getenv("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin";
        return new Host(new Runner(command, tools, Duration.ofSeconds(20)), true, directory.resolve("lock"));
    }

    Process start(List<String> command) {
        Process process = Network.start(command);
        started.add(process);
        return process;
    }

    /** Runs nft on the host, each command a line. */
    String nft(String... commands) {
        return Shell.run(network.onHost("nft", String.join("; ", commands))).orThrow();
    }

    static Ban ban(String source, long second) {
        return new Ban(Prefix.parse(source), NOW.plusSeconds(second), Duration.ofMinutes(10));
    }

    static List<Prefix> prefixes(String... prefixes) {
        return List.of(prefixes).stream().map(Prefix::parse).toList();
    }
}
