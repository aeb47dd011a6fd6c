package io.tcptracker.cli.replay;

import io.tcptracker.core.net.PacketSource.Statistics;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The scans in a capture. Not threadsafe. */
final class ScanSearch implements ReplayAnalysis {
    private final List<Scan> scans = new ArrayList<>();
    private final Detectors detectors;

    ScanSearch(List<ScanPolicy> policies) {
        detectors = new Detectors(policies, (scan, rule) -> scans.add(scan));
    }

    @Override
    public void accept(Segment segment) {
        detectors.accept(segment);
    }

    @Override
    public void idle(long until) {
        detectors.idle(until);
    }

    @Override
    public ReplayReport report(String file, Statistics statistics, Optional<String> problem) {
        return new ReplayReport(file, statistics, detectors.attempts(), detectors.answers(), scans, problem);
    }
}
