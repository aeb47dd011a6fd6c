package io.tcptracker.metrics;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.NotBannedReason;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.DetectorStatistics;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.testing.Scans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A known state of the tracker, and the events that lead to it. */
final class Given {
    static final IpAddress SOURCE = IpAddress.parse("192.0.2.7");
    static final IpAddress DESTINATION = IpAddress.parse("198.51.100.1");
    static final Segment ATTEMPT = new Segment(0, SOURCE, 40_000, DESTINATION, 22, Segment.SYN);
    static final Scan SCAN = Scans.of(SOURCE, DESTINATION, Instant.EPOCH, List.of(22, 23, 25, 80), false);
    static final Ban BAN = new Ban(Prefix.of(SOURCE), Instant.EPOCH, Duration.ofMinutes(10));

    static final Gauges GAUGES = new Gauges(
            () -> new Statistics(1_000_000, 17, 3, Map.of("truncated", 2L, "not IP", 5L)),
            () -> Optional.of(Duration.ofMillis(1_500)),
            Optional::empty,
            () -> new DetectorStatistics(12_345, 11, 13, Duration.ofMillis(41_500), 9),
            () -> 7,
            () -> 99);

    private Given() {}

    static EventCounters counters() {
        EventCounters counters = new EventCounters();
        IntStream.range(0, 6).forEach(i -> counters.attempt(ATTEMPT));
        IntStream.range(0, 5).forEach(i -> counters.scan(SCAN));
        IntStream.range(0, 4).forEach(i -> counters.banned(BAN));
        IntStream.range(0, 3).forEach(i -> counters.firewallFailed("exit code 4"));
        IntStream.range(0, 2).forEach(i -> counters.refused(SCAN, NotBannedReason.FULL));
        counters.refused(SCAN, NotBannedReason.FORGED);
        counters.budgetSpent();
        counters.firewallRepaired("the jump is gone");
        counters.scanDropped(SCAN);
        return counters;
    }
}
