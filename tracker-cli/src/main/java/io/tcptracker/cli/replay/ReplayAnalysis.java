package io.tcptracker.cli.replay;

import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.Statistics;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is asked of a capture: it is shown every segment, and tells in the end what it made of them. */
interface ReplayAnalysis extends PacketSource.Sink {
    /**
     * What there is to tell of the file.
     *
     * @param problem why it ended before its end, if it did
     */
    Report report(String file, Statistics statistics, Optional<String> problem);

    /** What is told of a file. */
    interface Report {
        /** To be written as JSON. */
        Map<String, @Nullable Object> json();

        /** As text. */
        void print(PrintWriter out);

        /** Whether there are attempts and no answer to any. */
        boolean showsOneDirection();
    }
}
