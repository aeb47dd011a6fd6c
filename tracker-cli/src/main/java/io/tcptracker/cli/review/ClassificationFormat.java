package io.tcptracker.cli.review;

import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.review.FlaggedPairs.Standing;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an accused pair is told, in JSON and in text. */
public final class ClassificationFormat {
    private ClassificationFormat() {}

    /** The members of its JSON object. What can't be named or wasn't counted is null. */
    public static Map<String, @Nullable Object> of(Standing each) {
        Pair pair = each.pair();
        boolean counted = pair.isSimple();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("source", pair.namesSource() ? pair.source() : null);
        fields.put("destination", pair.namesDestination() ? pair.destination() : null);
        fields.put("port", pair.namesDestination() ? null : pair.port());
        fields.put("answered", counted ? each.count().answered() : null);
        fields.put("refused", counted ? each.count().refused() : null);
        fields.put("silent", counted ? each.count().silent() : null);
        fields.put("byAnswers", nature(each));
        return fields;
    }

    public static String nature(Standing each) {
        return ScanFormat.name(each.nature());
    }
}
