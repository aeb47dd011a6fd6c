package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Instant;
import java.util.List;

/**
 * The verdict that a source scans a destination. Immutable.
 *
 * @param rule the rule that was broken
 * @param source the source's address; of several the one used last. Unspecified with {@link ScanPolicy.Rule#DISTRIBUTED},
 *     as there is no single source
 * @param prefix the addresses that count as this source: with IPv4 the one address
 * @param addresses about how many addresses of the prefix took part, and no more than there were; of a distributed scan about
 *     how many addresses at all
 * @param destination the host whose ports are tried; unspecified with {@link ScanPolicy.Rule#SWEEP}, as there are many
 * @param hosts how many destinations there are: about, if more than one
 * @param detectedAt capture time of the segment that led to the verdict, or the end of the answer timeout that did
 * @param ports the distinct ports known to have been tried within the window, ascending
 * @param evidence how the ports were tried and their states
 * @param ongoing whether this scan has been reported before and goes on. It is reported again once a window, so that a ban
 *     that has ended meanwhile can be renewed
 */
public record Scan(
        ScanPolicy.Rule rule,
        IpAddress source,
        Prefix prefix,
        int addresses,
        IpAddress destination,
        int hosts,
        Instant detectedAt,
        List<Integer> ports,
        Evidence evidence,
        boolean ongoing) {
    public Scan {
        ports = List.copyOf(ports);
    }

    /** Returns what the source did in a few words, such as {@code scanned 4 ports of 192.0.2.1}. */
    public String summary() {
        return rule == Rule.SWEEP
                ? "tried port " + ports.get(0) + " of " + hosts + " hosts"
                : "scanned " + ports.size() + " ports of " + destination;
    }
}
