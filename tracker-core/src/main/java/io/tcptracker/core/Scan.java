package io.tcptracker.core;

import java.time.Instant;
import java.util.List;

/**
 * The verdict that a source scans a destination. Immutable.
 *
 * @param source who scans
 * @param destination whose ports are tried
 * @param detectedAt capture time of the attempt that led to the verdict
 * @param ports the distinct ports known to have been tried within the window, in ascending order
 * @param ongoing whether this scan has been reported before and goes on; said again once a window, so that a ban that
 *     has lapsed meanwhile can be renewed
 */
public record Scan(IpAddress source, IpAddress destination, Instant detectedAt, List<Integer> ports, boolean ongoing) {
    public Scan {
        ports = List.copyOf(ports);
    }
}
