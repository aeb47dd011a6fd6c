package io.tcptracker.cli.testing;

import java.util.ArrayList;
import java.util.List;

/** Ports of the host of which some are open, some closed, and some dropped by its firewall, and a peer that tries them. */
public final class Ports {
    public static final List<Integer> OPEN = List.of(21, 22, 25);
    /** Open ones, 23, 24 and 26, which are closed, and dropped ones. */
    public static final String ALL = "21-28";

    public static final String DROPPED = "27,28,31,32";

    private final Hosts hosts;

    public Ports(Hosts hosts) {
        this.hosts = hosts;
        OPEN.forEach(port -> new Echo(hosts, port));
        for (String iptables : List.of("iptables", "ip6tables")) {
            hosts.onHost(iptables, "-A", "INPUT", "-p", "tcp", "-m", "multiport", "--dports", DROPPED, "-j", "DROP")
                    .orThrow();
        }
    }

    /** Runs nmap from an address that the peer has from then on. */
    public void nmap(String source, String kind, String ports, String destination) {
        boolean v6 = source.contains(":");
        String host = destination + (v6 ? "/128" : "/32");
        hosts.onPeer("ip", "addr", "replace", source + (v6 ? "/64" : "/24"), "dev", Hosts.PEER_DEVICE, "nodad")
                .orThrow();
        // For what the kernel sends, as with -sT.
        hosts.onPeer("ip", "route", "replace", host, "dev", Hosts.PEER_DEVICE, "src", source)
                .orThrow();
        List<String> command = new ArrayList<>(List.of("nmap", "-n", "-Pn", kind, "--max-retries", "1", "-p", ports));
        if (v6) {
            command.add("-6");
        }
        if (!kind.equals("-sT")) {
            command.addAll(List.of("-S", source, "-e", Hosts.PEER_DEVICE));
        }
        command.add(destination);
        hosts.onPeer(command.toArray(String[]::new)).orThrow();
    }
}
