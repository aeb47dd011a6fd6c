package io.tcptracker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two hosts on one wire, made of network namespaces and a veth pair, that nothing else can reach.
 *
 * <p>The host has the device {@value #DEVICE} with {@value #HOST} and {@value #HOST6}; the peer has {@value #PEER},
 * {@value #PEER6} and others of the same networks, to play several sources.
 */
public final class Network implements AutoCloseable {
    public static final String DEVICE = "veth0";
    public static final String HOST = "10.98.0.1";
    public static final String HOST6 = "fd98::1";
    public static final String PEER = "10.98.0.2";
    public static final String PEER6 = "fd98::2";
    /** More addresses of the peer. */
    public static final String OTHER = "10.98.0.3";

    public static final String OTHER6 = "fd98::3";

    private static final String PEER_DEVICE = "veth1";
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String host = "tt" + ProcessHandle.current().pid() + "h" + COUNT.incrementAndGet();
    private final String peer = host + "p";

    public Network() {
        try {
            make();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void make() {
        // Few processes, as hundreds of tests do this. Without duplicate address detection an IPv6 address can be used
        // at once.
        ip(
                List.of("ip", "-batch", "-"),
                "netns add " + host,
                "netns add " + peer,
                "link add " + DEVICE + " netns " + host + " type veth peer name " + PEER_DEVICE + " netns " + peer);
        ip(
                List.of("ip", "-n", host, "-batch", "-"),
                "link set lo up",
                "link set " + DEVICE + " up",
                "addr add " + HOST + "/24 dev " + DEVICE,
                "addr add " + HOST6 + "/64 dev " + DEVICE + " nodad");
        ip(
                List.of("ip", "-n", peer, "-batch", "-"),
                "link set lo up",
                "link set " + PEER_DEVICE + " up",
                "addr add " + PEER + "/24 dev " + PEER_DEVICE,
                "addr add " + OTHER + "/24 dev " + PEER_DEVICE,
                "addr add " + PEER6 + "/64 dev " + PEER_DEVICE + " nodad",
                "addr add " + OTHER6 + "/64 dev " + PEER_DEVICE + " nodad");
    }

    private static void ip(List<String> command, String... lines) {
        Shell.run(command, String.join("\n", lines)).orThrow();
    }

    /** A command to be run on the host. */
    public List<String> onHost(String... command) {
        return in(host, command);
    }

    /** A command to be run on the peer. */
    public List<String> onPeer(String... command) {
        return in(peer, command);
    }

    private static List<String> in(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }

    /** Starts a command that goes on; its output is the caller's to read. */
    public static Process start(List<String> command) {
        try {
            return Shell.builder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Shell.run(List.of("ip", "-force", "-batch", "-"), "netns delete " + host + "\nnetns delete " + peer);
    }
}
