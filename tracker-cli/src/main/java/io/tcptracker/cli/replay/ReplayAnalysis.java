package io.tcptracker.cli.replay;

import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.Statistics;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An analysis of a capture: a sink for every segment, with a report at the end. */
interface ReplayAnalysis extends PacketSource.Sink {
    /**
     * Returns the report on the file.
     *
     * @param problem why the file could not be read to its end, if so
     */
    Report report(String file, Statistics statistics, Optional<String> problem);

    /** A report on a file. */
    interface Report {
        /** Returns the members of the JSON object. */
        Map<String, @Nullable Object> json();

        /** Prints the report as text. */
        void print(PrintWriter out);

        /** Returns whether there are attempts and no answer to any. */
        boolean showsOneDirection();
    }
}
