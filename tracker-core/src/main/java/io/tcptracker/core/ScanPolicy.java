package io.tcptracker.core;

import java.time.Duration;

/**
 * What counts as a scan, and how much is watched. Immutable.
 *
 * @param ports a source that tries more distinct ports of a destination than this scans it; 1 to 1,000
 * @param window within how long, 1 ms to 24 h; an attempt exactly this old still counts
 * @param pairs how many pairs of source and destination that tried several ports are watched at once, 2 to 10,000,000,
 *     and 17 times as many that tried one. A pair takes {@value #BYTES_PER_PAIR} bytes with its 17, from the start; with
 *     more than 3 ports to remember of each, there are as many pairs as fit into the same memory, but at least eight
 */
public record ScanPolicy(int ports, Duration window, int pairs) {
    static final int BYTES_PER_PAIR = 384;

    /** More than 3 ports in a minute, within 48 MiB. */
    public static final ScanPolicy DEFAULT = forMemory(3, Duration.ofSeconds(60), 48L << 20);

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

    /** A policy to watch as many pairs as fit into so many bytes, 1 MiB to 3 GiB. */
    public static ScanPolicy forMemory(int ports, Duration window, long bytes) {
        if (bytes < 1L << 20 || bytes > 3L << 30) {
            throw new IllegalArgumentException("the memory is 1 MiB to 3 GiB, not " + bytes + " bytes");
        }
        return new ScanPolicy(ports, window, (int) (bytes / BYTES_PER_PAIR));
    }

    /** How many bytes a detector takes, from the start to the end. */
    public long memory() {
        return (long) pairs * BYTES_PER_PAIR;
    }
}
