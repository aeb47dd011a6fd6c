package io.tcptracker.cli.replay;

import io.tcptracker.core.DetectorSet;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An analysis that lists the scans in a capture, each once. Not threadsafe. */
final class ScanSearch implements ReplayAnalysis {
    private final List<Scan> scans = new ArrayList<>();
    private final DetectorSet detectors;
    private final PacketSource.Sink detection;
    private long attempts;

    ScanSearch(List<ScanPolicy> policies) {
        detectors = new DetectorSet(policies);
        detection = detectors.sink((scan, rule) -> {
            if (!scan.ongoing()) {
                scans.add(scan);
            }
        });
    }

    @Override
    public void accept(Segment segment) {
        attempts += segment.isAttempt() ? 1 : 0;
        detection.accept(segment);
    }

    @Override
    public void idle(long until) {
        detection.idle(until);
    }

    @Override
    public ReplayReport report(String file, Statistics statistics, Optional<String> problem) {
        return new ReplayReport(
                file, statistics, attempts, detectors.statistics().answers(), scans, problem);
    }
}
