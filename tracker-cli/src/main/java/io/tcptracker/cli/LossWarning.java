package io.tcptracker.cli;

import io.tcptracker.core.PacketSource.Statistics;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says so when packets have been lost since it was last asked. Not threadsafe. */
final class LossWarning {
    private static final Logger log = LoggerFactory.getLogger(LossWarning.class);

    private final Supplier<Statistics> statistics;
    private long known;

    LossWarning(Supplier<Statistics> statistics) {
        this.statistics = statistics;
    }

    void check() {
        Statistics now = statistics.get();
        long lost = now.droppedByKernel() + now.droppedByInterface();
        if (lost > known) {
            log.warn(
                    "{} packets were lost before they could be read: connections and scans may be missing",
                    lost - known);
            known = lost;
        }
    }
}
