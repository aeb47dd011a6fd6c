package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.time.Instant;
import java.util.List;

/**
 * The verdict that a source scans a destination. Immutable.
 *
 * @param rule the rule that was broken
 * @param source who scans: of its addresses the one used last; unspecified with {@link ScanPolicy.Rule#DISTRIBUTED}, as
 *     nobody can be named
 * @param prefix what sources are told apart by: the address alone with IPv4
 * @param addresses how many addresses of the prefix took part, of a distributed scan how many addresses at all; about, and
 *     no more than there were
 * @param destination whose ports are tried; unspecified with {@link ScanPolicy.Rule#SWEEP}, as there are many
 * @param hosts how many destinations there are: about, if more than one
 * @param detectedAt capture time of the segment that led to the verdict, or when the time for an answer was over
 * @param ports the distinct ports known to have been tried within the window, in ascending order
 * @param evidence how they were tried and what was answered
 * @param ongoing whether this scan has been reported before and goes on; said again once a window, so that a ban that
 *     has lapsed meanwhile can be renewed
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
}
