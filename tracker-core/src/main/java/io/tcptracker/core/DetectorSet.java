package io.tcptracker.core;

import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.DetectorStatistics;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Scan detectors side by side, one for each rule, each in memory of its own. Not threadsafe: one thread adds. Any thread may
 * read the {@link #statistics}.
 */
public final class DetectorSet {
    private final List<ScanDetector> detectors;

    /** Makes a detector for each policy. */
    public DetectorSet(Collection<ScanPolicy> policies) {
        detectors = policies.stream().map(ScanDetector::new).toList();
    }

    /**
     * Returns a sink that shows each segment to all detectors, in batches.
     *
     * @param found takes each scan, with the number of the policy that it breaks, from 0; {@linkplain Scan#ongoing() ongoing}
     *     scans too
     */
    public PacketSource.Sink sink(ObjIntConsumer<? super Scan> found) {
        List<PacketSource.Sink> sinks = new ArrayList<>();
        for (int i = 0; i < detectors.size(); i++) {
            int rule = i;
            sinks.add(detectors.get(i).sink(scan -> found.accept(scan, rule)));
        }
        // The single rule that is the default shall cost no detour for each packet.
        return sinks.size() == 1 ? sinks.get(0) : new All(sinks);
    }

    /** Returns how full the memory of all detectors is, taken together. May be called from any thread. */
    public DetectorStatistics statistics() {
        return detectors.stream()
                .map(ScanDetector::statistics)
                .reduce(DetectorStatistics::plus)
                .orElseThrow();
    }

    /** A sink that hands on to several sinks, in turn. */
    private record All(List<PacketSource.Sink> sinks) implements PacketSource.Sink {
        @Override
        public void accept(Segment segment) {
            for (PacketSource.Sink each : sinks) {
                each.accept(segment);
            }
        }

        @Override
        public void idle(long until) {
            for (PacketSource.Sink each : sinks) {
                each.idle(until);
            }
        }
    }
}
