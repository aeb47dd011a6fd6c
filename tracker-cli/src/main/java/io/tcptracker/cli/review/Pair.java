package io.tcptracker.cli.review;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy.Rule;

/**
 * Who is accused of scanning whom.
 *
 * @param source what sources are told apart by; unspecified if nobody can be named
 * @param destination unspecified if there are many
 * @param port the one that was tried of many destinations, else 0
 */
public record Pair(Prefix source, IpAddress destination, int port) {
    public static Pair of(Prefix source, IpAddress destination) {
        return new Pair(source, destination, 0);
    }

    public static Pair of(Scan scan) {
        return new Pair(
                scan.prefix(),
                scan.destination(),
                scan.rule() == Rule.SWEEP ? scan.ports().get(0) : 0);
    }

    /** Whether one source tried one destination. */
    public boolean isSimple() {
        return namesSource() && namesDestination();
    }

    boolean namesSource() {
        return !source.address().equals(IpAddress.UNSPECIFIED);
    }

    boolean namesDestination() {
        return !destination.equals(IpAddress.UNSPECIFIED);
    }

    /** Whether the source is one address, not all those of a prefix. */
    public boolean isOneAddress() {
        return source.equals(Prefix.of(source.address()));
    }

    public String sourceText() {
        return namesSource() ? source.toString() : "many";
    }

    public String destinationText() {
        return namesDestination() ? destination.toString() : "port " + port + " of many";
    }

    @Override
    public String toString() {
        return sourceText() + " -> " + destinationText();
    }
}
