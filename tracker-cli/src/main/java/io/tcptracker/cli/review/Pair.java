package io.tcptracker.cli.review;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy.Rule;

/**
 * A source and a destination, of which one may be many. Immutable.
 *
 * @param source the addresses that count as this source; unspecified if there are many sources
 * @param destination unspecified if there are many destinations
 * @param port the port that was tried on many destinations, else 0
 */
public record Pair(Prefix source, IpAddress destination, int port) {
    /** Makes a pair of one source and one destination. */
    public static Pair of(Prefix source, IpAddress destination) {
        return new Pair(source, destination, 0);
    }

    /** Makes the pair of a scan. */
    public static Pair of(Scan scan) {
        return new Pair(
                scan.prefix(),
                scan.destination(),
                scan.rule() == Rule.SWEEP ? scan.ports().get(0) : 0);
    }

    /** Returns whether there is one source and one destination. */
    public boolean isSimple() {
        return namesSource() && namesDestination();
    }

    boolean namesSource() {
        return !source.address().equals(IpAddress.UNSPECIFIED);
    }

    boolean namesDestination() {
        return !destination.equals(IpAddress.UNSPECIFIED);
    }

    /** Returns whether the source is one address, not all those of a prefix. */
    public boolean isOneAddress() {
        return source.equals(Prefix.of(source.address()));
    }

    /** Returns the source, or "many". */
    public String sourceText() {
        return namesSource() ? source.toString() : "many";
    }

    /** Returns the destination, or the port on many destinations. */
    public String destinationText() {
        return namesDestination() ? destination.toString() : "port " + port + " of many";
    }

    /** Returns source and destination with an arrow between them. */
    @Override
    public String toString() {
        return sourceText() + " -> " + destinationText();
    }
}
