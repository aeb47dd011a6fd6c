package io.tcptracker.metrics;

import io.tcptracker.core.PacketSource;
import io.tcptracker.core.ScanDetector;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Values that are kept elsewhere and read whenever somebody asks for the metrics, on a thread of the server. They must
 * not wait for anything. Immutable.
 *
 * @param packets what was captured; its totals must not fall when a source is opened again
 * @param sincePacket the time since the last packet; empty if none has come
 * @param sinceLook the time since the capture last looked for packets; empty if that can't be told
 * @param detection how full the detector's memory is
 * @param sourcesBanned sources banned now
 * @param logLinesDropped log lines that found no room in the log's queue, in total
 */
public record Gauges(
        Supplier<PacketSource.Statistics> packets,
        Supplier<Optional<Duration>> sincePacket,
        Supplier<Optional<Duration>> sinceLook,
        Supplier<ScanDetector.Statistics> detection,
        LongSupplier sourcesBanned,
        LongSupplier logLinesDropped) {}
