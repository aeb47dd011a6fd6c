package io.tcptracker.cli.replay;

import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/** Detectors side by side, each by a rule of its own and in memory of its own. Not threadsafe. */
final class Detectors implements PacketSource.Sink {
    private final List<ScanDetector> detectors;
    private final PacketSource.Sink detection;
    private long attempts;

    /** @param found is told of each scan, once while it goes on, and by which of the rules it is one */
    Detectors(List<ScanPolicy> policies, ObjIntConsumer<Scan> found) {
        detectors = policies.stream().map(ScanDetector::new).toList();
        List<PacketSource.Sink> sinks = new ArrayList<>();
        for (int i = 0; i < detectors.size(); i++) {
            int rule = i;
            sinks.add(detectors.get(i).sink(scan -> {
                if (!scan.ongoing()) {
                    found.accept(scan, rule);
                }
            }));
        }
        detection = PacketSource.Sink.all(sinks);
    }

    long attempts() {
        return attempts;
    }

    /** How many answers to attempts there were; with none, one direction was captured. */
    long answers() {
        return detectors.stream()
                .mapToLong(each -> each.statistics().answers())
                .max()
                .orElse(0);
    }

    @Override
    public void accept(Segment segment) {
        if (segment.isAttempt()) {
            attempts++;
        }
        detection.accept(segment);
    }

    @Override
    public void idle(long until) {
        detection.idle(until);
    }
}
