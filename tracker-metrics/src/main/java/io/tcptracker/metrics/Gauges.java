package io.tcptracker.metrics;

import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.scan.DetectorStatistics;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The values that are kept elsewhere and are read on a thread of the server, once for each request of the metrics. The
 * suppliers must not wait. Immutable.
 *
 * @param packets what was captured; its totals must not fall when a source is opened again
 * @param sincePacket the time since the last packet; empty before the first packet
 * @param sincePoll the time since the capture last looked for packets; empty if unknown
 * @param detection how full the detector's memory is
 * @param blockedSources the number of sources that are banned now
 * @param logLinesDropped the total of log lines that found no room in the log's queue
 */
public record Gauges(
        Supplier<PacketSource.Statistics> packets,
        Supplier<Optional<Duration>> sincePacket,
        Supplier<Optional<Duration>> sincePoll,
        Supplier<DetectorStatistics> detection,
        LongSupplier blockedSources,
        LongSupplier logLinesDropped) {}
