package io.tcptracker.testing;

import io.tcptracker.core.Evidence;
import io.tcptracker.core.IpAddress;
import io.tcptracker.core.Prefix;
import io.tcptracker.core.Scan;
import io.tcptracker.core.ScanPolicy.Rule;
import java.time.Instant;
import java.util.List;

/** Verdicts of the default rule, for tests that care about who and when alone. */
public final class Scans {
    private Scans() {}

    /** A scan by SYN of which no answer is known. */
    public static Scan of(IpAddress source, IpAddress destination, Instant time, List<Integer> ports, boolean ongoing) {
        Evidence none = new Evidence(Evidence.Kind.SYN, time, time, List.of(), List.of(), List.of());
        return new Scan(Rule.VERTICAL, source, prefix(source), 1, destination, 1, time, ports, none, ongoing);
    }

    private static Prefix prefix(IpAddress source) {
        return source.isV4() ? Prefix.of(source) : new Prefix(new IpAddress(source.high(), 0), 64);
    }
}
