package io.tcptracker.cli.options;

import io.tcptracker.firewall.BackendChoice;
import io.tcptracker.firewall.FirewallWarning;
import io.tcptracker.firewall.HostFirewall.Protection;
import picocli.CommandLine.Option;

/** The options for the choice of the firewall, and the advice that names them. */
public final class FirewallOptions {
    @Option(
            names = "--firewall",
            paramLabel = "VARIANT",
            defaultValue = "auto",
            order = HelpSections.BLOCKING + 7,
            description =
                    "Block with kernel sets that iptables matches (ipset), with up to 2,000 plain rules (iptables),"
                            + " or with a table of nftables (nft). auto takes the first that works (default: ${DEFAULT-VALUE}).")
    private BackendChoice variant;

    @Option(
            names = "--protect",
            paramLabel = "WHAT",
            defaultValue = "host",
            order = HelpSections.BLOCKING + 8,
            description = "Protect this host (host), or also the containers and hosts that it forwards traffic to (all)"
                    + " (default: ${DEFAULT-VALUE}).")
    private Protection protection;

    public BackendChoice variant() {
        return variant;
    }

    public Protection protection() {
        return protection;
    }

    /** Returns what to do about a fact that matters to the firewall; empty if the fact does no harm. */
    public static String advice(FirewallWarning.Kind kind) {
        return switch (kind) {
            case DOCKER, FORWARDING ->
                "use --protect all to keep blocked sources from containers and forwarded hosts too";
            case FIREWALLD, NFTABLES_SERVICE ->
                "no change is needed; expect some seconds without blocking after each reload";
            case SAVED_RULES ->
                "delete the lines with 'tcptracker' from the file, and save rules only while no tracker runs";
            case UFW -> "";
        };
    }
}
