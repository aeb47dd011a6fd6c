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
        ip("netns", "add", host);
        ip("netns", "add", peer);
        ip("-n", host, "link", "add", DEVICE, "type", "veth", "peer", "name", PEER_DEVICE, "netns", peer);
        for (String namespace : List.of(host, peer)) {
            String device = namespace.equals(host) ? DEVICE : PEER_DEVICE;
            ip("-n", namespace, "link", "set", "lo", "up");
            ip("-n", namespace, "link", "set", device, "up");
        }
        // Without duplicate address detection an IPv6 address can be used at once.
        ip("-n", host, "addr", "add", HOST + "/24", "dev", DEVICE);
        ip("-n", host, "addr", "add", HOST6 + "/64", "dev", DEVICE, "nodad");
        for (String address : List.of(PEER, OTHER)) {
            ip("-n", peer, "addr", "add", address + "/24", "dev", PEER_DEVICE);
        }
        for (String address : List.of(PEER6, OTHER6)) {
            ip("-n", peer, "addr", "add", address + "/64", "dev", PEER_DEVICE, "nodad");
        }
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Shell.run(command).orThrow();
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
        for (String namespace : List.of(host, peer)) {
            Shell.run("ip", "netns", "delete", namespace);
        }
    }
}
