package io.tcptracker.cli.events;

import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The format of a scan, in JSON and in text. */
public final class ScanFormat {
    private ScanFormat() {}

    /** Returns the members of its JSON object. A side with more than one address is null. */
    public static Map<String, @Nullable Object> of(Scan scan) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("source", scan.rule() == Rule.DISTRIBUTED ? null : scan.source());
        fields.put("destination", scan.rule() == Rule.SWEEP ? null : scan.destination());
        fields.put("detectedAt", scan.detectedAt());
        fields.put("ports", scan.ports());
        fields.put("rule", name(scan.rule()));
        fields.put("kind", name(scan.evidence().kind()));
        fields.put("prefix", scan.rule() == Rule.DISTRIBUTED ? null : scan.prefix());
        fields.put("addresses", scan.addresses());
        fields.put("hosts", scan.hosts());
        fields.put("evidence", evidence(scan.evidence()));
        return fields;
    }

    private static Map<String, Object> evidence(Evidence evidence) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("answered", evidence.answered());
        fields.put("refused", evidence.refused());
        fields.put("silent", evidence.silent());
        fields.put("first", evidence.first());
        fields.put("last", evidence.last());
        return fields;
    }

    /** Returns the published name of a value, in lower case. */
    public static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the scan in words, with its ports and the evidence. */
    static String detected(Scan scan) {
        String what = switch (scan.rule()) {
            case VERTICAL -> "Port scan detected: " + scan.source() + " -> " + scan.destination();
            case SLOW -> "Slow port scan detected: " + scan.source() + " -> " + scan.destination();
            case SWEEP -> "Sweep detected: " + scan.source() + " -> " + scan.hosts() + " hosts";
            case DISTRIBUTED ->
                "Distributed port scan detected: about " + scan.addresses() + " addresses -> " + scan.destination();
        };
        return what + " on ports " + list(scan.ports()) + evidence(scan);
    }

    /** Returns the source, what it did and the destination, such as "192.0.2.66 scanned 192.0.2.1". */
    public static String who(Scan scan) {
        return switch (scan.rule()) {
            case VERTICAL -> scan.source() + " scanned " + scan.destination();
            case SLOW -> scan.source() + " slowly scanned " + scan.destination();
            case SWEEP -> scan.source() + " swept " + scan.hosts() + " hosts";
            case DISTRIBUTED -> "about " + scan.addresses() + " addresses scanned " + scan.destination();
        };
    }

    /** Returns the kind of probe and the answers, in parentheses after a space; empty for SYNs without a known answer. */
    public static String evidence(Scan scan) {
        Evidence evidence = scan.evidence();
        List<String> parts = new ArrayList<>();
        if (evidence.kind() != Evidence.Kind.SYN) {
            parts.add(name(evidence.kind()));
        }
        add(parts, "answered", evidence.answered());
        add(parts, "refused", evidence.refused());
        add(parts, "silent", evidence.silent());
        if (scan.addresses() > 1 && scan.rule() != Rule.DISTRIBUTED) {
            parts.add("from " + scan.addresses() + " addresses of " + scan.prefix());
        }
        return parts.isEmpty() ? "" : " (" + String.join("; ", parts) + ")";
    }

    private static void add(List<String> parts, String what, List<Integer> ports) {
        if (!ports.isEmpty()) {
            parts.add(what + " " + list(ports));
        }
    }

    /** Returns the ports, separated by commas. */
    public static String list(List<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Returns a number of things, such as "1 pair" or "1,234 pairs". */
    public static String count(long count, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
    }
}
