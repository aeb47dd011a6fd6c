package io.tcptracker.firewall;

import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.util.ArrayList;
import java.util.List;

/** One more host, that a {@link Network}'s host forwards the traffic of its peer to, as to a container. */
final class Behind implements AutoCloseable {
    static final String ADDRESS = "10.99.0.2";
    static final String ADDRESS6 = "fd99::2";

    private final String name;

    Behind(Network network) {
        String host = network.onHost().get(3);
        name = host + "b";
        ip(
                List.of("ip", "-batch", "-"),
                "netns add " + name,
                "link add veth2 netns " + host + " type veth peer name veth3 netns " + name);
        ip(
                network.onHost("ip", "-batch", "-"),
                "addr add 10.99.0.1/24 dev veth2",
                "addr add fd99::1/64 dev veth2 nodad",
                "link set veth2 up",
                // Neighbours of forwarded traffic are discovered from a link-local address, once it is known to be no
                // duplicate.
                "addr add fe80::1/64 dev veth2 nodad",
                "addr add fe80::1/64 dev " + Network.DEVICE + " nodad");
        ip(
                on("ip", "-batch", "-"),
                "link set veth3 up",
                "addr add " + ADDRESS + "/24 dev veth3",
                "addr add " + ADDRESS6 + "/64 dev veth3 nodad",
                "route add default via 10.99.0.1",
                "route add default via fd99::1");
        Shell.run(network.onHost(
                        "sh",
                        "-c",
                        "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding"))
                .orThrow();
        ip(
                network.onPeer("ip", "-batch", "-"),
                "route add 10.99.0.0/24 via " + Network.HOST,
                "route add fd99::/64 via " + Network.HOST6);
    }

    private static void ip(List<String> command, String... lines) {
        Shell.run(command, String.join("\n", lines)).orThrow();
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
