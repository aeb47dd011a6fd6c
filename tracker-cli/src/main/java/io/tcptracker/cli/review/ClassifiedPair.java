package io.tcptracker.cli.review;

import io.tcptracker.cli.events.ScanFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A flagged pair with its port states and its class. Immutable but for the pair, which may be flagged by more rules.
 *
 * @param ports of a sweep or of a distributed scan these say nothing, as such scans count unanswered ports alone
 */
public record ClassifiedPair(FlaggedPair flagged, PortCounts ports, Classification classification) {
    /** Returns the source and the destination. */
    public Pair pair() {
        return flagged.pair();
    }

    /** Returns the class as it is published. */
    public String className() {
        return ScanFormat.name(classification);
    }

    /** Returns the members of the JSON object. Members without a single value, or without a count, are null. */
    public Map<String, @Nullable Object> json() {
        Pair pair = pair();
        boolean counted = pair.isSimple();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("source", pair.namesSource() ? pair.source() : null);
        fields.put("destination", pair.namesDestination() ? pair.destination() : null);
        fields.put("port", pair.namesDestination() ? null : pair.port());
        fields.put("answered", counted ? ports.answered() : null);
        fields.put("refused", counted ? ports.refused() : null);
        fields.put("silent", counted ? ports.silent() : null);
        fields.put("byAnswers", className());
        return fields;
    }
}
