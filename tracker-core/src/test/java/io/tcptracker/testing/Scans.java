package io.tcptracker.testing;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Instant;
import java.util.List;

/** Verdicts of the default rule, for tests that care about who and when alone. */
public final class Scans {
    private Scans() {}

    /** A scan by SYN of which no answer is known. */
    public static Scan of(IpAddress source, IpAddress destination, Instant time, List<Integer> ports, boolean ongoing) {
        return of(Evidence.Kind.SYN, source, destination, time, ports, ongoing);
    }

    /** The same by other means. */
    public static Scan of(
            Evidence.Kind kind,
            IpAddress source,
            IpAddress destination,
            Instant time,
            List<Integer> ports,
            boolean ongoing) {
        Evidence none = new Evidence(kind, time, time, List.of(), List.of(), List.of());
        Prefix prefix = ScanPolicy.DEFAULT.prefix(source);
        return new Scan(Rule.VERTICAL, source, prefix, 1, destination, 1, time, ports, none, ongoing);
    }
}
