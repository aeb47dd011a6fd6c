package io.tcptracker.core;

import java.time.Duration;

/**
 * What counts as a scan. Immutable.
 *
 * @param ports a source that tries more distinct ports of a destination than this scans it; 1 to 1,000
 * @param window within how long, 1 ms to 24 h; an attempt exactly this old still counts
 * @param pairs how many pairs of source and destination are watched at once, 2 to 10,000,000; when there are more, those
 *     seen least often give way, separately for those that tried one port and those that tried several. A pair takes some 300 bytes, and 12 more for each port above three
 */
public record ScanPolicy(int ports, Duration window, int pairs) {
    /** More than 3 ports in a minute, among 100,000 pairs: about 30 MB at the most. */
    public static final ScanPolicy DEFAULT = new ScanPolicy(3, Duration.ofSeconds(60), 100_000);

    public ScanPolicy {
        if (ports < 1 || ports > 1_000) {
            throw new IllegalArgumentException("the number of ports is 1 to 1000, not " + ports);
        }
        if (window.compareTo(Duration.ofMillis(1)) < 0 || window.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("the window is 1ms to 24h");
        }
        if (pairs < 2 || pairs > 10_000_000) {
            throw new IllegalArgumentException("the number of pairs is 2 to 10000000, not " + pairs);
        }
    }
}
