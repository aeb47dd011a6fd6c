package io.tcptracker.firewall;

import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.util.ArrayList;
import java.util.List;

/** One more host, that a {@link Network}'s host forwards the traffic of its peer to, as to a container. */
final class Behind implements AutoCloseable {
    static final String ADDRESS = "10.99.0.2";
    static final String ADDRESS6 = "fd99::2";

    private final Network network;
    private final String name;

    Behind(Network network) {
        this.network = network;
        String host = network.onHost().get(3);
        name = host + "b";
        run("ip", "netns", "add", name);
        run("ip", "-n", host, "link", "add", "veth2", "type", "veth", "peer", "name", "veth3", "netns", name);
        onHost("ip", "addr", "add", "10.99.0.1/24", "dev", "veth2");
        onHost("ip", "addr", "add", "fd99::1/64", "dev", "veth2", "nodad");
        onHost("ip", "link", "set", "veth2", "up");
        // Neighbours of forwarded traffic are discovered from a link-local address, once it is known to be no
        // duplicate.
        onHost("ip", "addr", "add", "fe80::1/64", "dev", "veth2", "nodad");
        onHost("ip", "addr", "add", "fe80::1/64", "dev", Network.DEVICE, "nodad");
        run("ip", "-n", name, "link", "set", "veth3", "up");
        run("ip", "-n", name, "addr", "add", ADDRESS + "/24", "dev", "veth3");
        run("ip", "-n", name, "addr", "add", ADDRESS6 + "/64", "dev", "veth3", "nodad");
        run("ip", "-n", name, "route", "add", "default", "via", "10.99.0.1");
        run("ip", "-n", name, "route", "add", "default", "via", "fd99::1");
        onHost("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
        onPeer("ip", "route", "add", "10.99.0.0/24", "via", Network.HOST);
        onPeer("ip", "route", "add", "fd99::/64", "via", Network.HOST6);
    }

    private void onHost(String... command) {
        Shell.run(network.onHost(command)).orThrow();
    }

    private void onPeer(String... command) {
        Shell.run(network.onPeer(command)).orThrow();
    }

    private static void run(String... command) {
        Shell.run(command).orThrow();
    }

    /** A command to be run there. */
    List<String> on(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return all;
    }

    @Override
    public void close() {
        Shell.run("ip", "netns", "delete", name);
    }
}
