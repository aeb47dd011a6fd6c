package io.tcptracker.cli.events;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event for standard output, written as a line of text or as a JSON object. Its wording is made by the thread that writes
 * it: the threads that capture and block have no time for that. Immutable.
 */
public interface Event {
    /** Returns when it happened: for an event of a capture, the capture time. */
    Instant time();

    /** Returns its published name in JSON. */
    String name();

    /** Returns the line of text, without its time. */
    String text();

    /** Returns the members of the JSON object beside the time and the name, in their order. */
    Map<String, @Nullable Object> fields();

    /** Returns an event that is put into words by {@code text} and {@code fields} only when it is written. */
    static Event of(Instant time, String name, Supplier<String> text, Supplier<Map<String, @Nullable Object>> fields) {
        return new Worded(time, name, text, fields);
    }

    /** Returns the map of these names and values, which alternate, in their order. */
    static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }

    /** Returns the event of one new connection. */
    static Event connection(Segment attempt) {
        return new Connection(attempt);
    }

    /** Returns the event of connections beyond the number that is logged one by one. */
    static Event summed(Instant time, long connections, long sources) {
        return of(
                time,
                "summed",
                () -> String.format(
                        Locale.ROOT, "... %,d more new connections from about %,d sources", connections, sources),
                () -> object("connections", connections, "sources", sources));
    }

    /** Returns the event of lines that the output was too slow for. */
    static Event omitted(Instant time, long connections) {
        return of(
                time,
                "omitted",
                () -> String.format(
                        Locale.ROOT, "... %,d more new connections not shown: the output is too slow", connections),
                () -> object("connections", connections));
    }

    /** Returns the event of a detected scan. */
    static Event scan(Scan scan) {
        return of(scan.detectedAt(), "scan", () -> ScanFormat.detected(scan), () -> ScanFormat.of(scan));
    }

    /** Returns the event of a scan from an address on the allow list, or from the network of one. */
    static Event spared(Instant time, Scan scan, Prefix prefix) {
        return of(
                time,
                "spared",
                () -> "Not blocked: " + scan.source()
                        + (prefix.contains(scan.source())
                                ? " is on the allow list (" + prefix + ")"
                                : " shares its network with an address on the allow list (" + prefix + ")"),
                () -> object("source", scan.source(), "prefix", prefix));
    }

    /** Returns the event of a scan whose source should be blocked and isn't. */
    static Event refused(Instant time, Scan scan, String reason) {
        return of(
                time,
                "refused",
                () -> "Not blocked: " + scan.source() + ", because " + reason,
                () -> object("source", scan.source(), "reason", reason));
    }

    /**
     * Returns the event of a blocked source.
     *
     * @param dryRun whether the source is not blocked, because this is a dry run
     */
    static Event ban(Instant time, Ban ban, boolean dryRun) {
        return of(
                time,
                "ban",
                () -> (dryRun ? "Would block " : "Blocked ")
                        + ban.source()
                        + ban.until()
                                .map(until -> " until " + until.truncatedTo(ChronoUnit.SECONDS))
                                .orElse(" until the tracker stops")
                        + (ban.count() == 1 ? "" : ", " + ban.count() + " times so far"),
                () -> object(
                        "source", ban.source(),
                        "since", ban.since(),
                        "until", ban.until().orElse(null),
                        "dryRun", dryRun,
                        "count", ban.count(),
                        "reason", ban.reason()));
    }

    /** Returns the event of a source that is blocked no longer. */
    static Event unban(Instant time, Ban ban) {
        return of(time, "unban", () -> "Unblocked " + ban.source(), () -> object("source", ban.source()));
    }

    /** Returns the event of a budget that is used up: until it is restored, no further source is blocked. */
    static Event budgetSpent(Instant time) {
        return of(
                time,
                "budgetSpent",
                () -> "Blocking paused: more sources scan than --ban-budget allows to block in a minute, and their"
                        + " addresses may be spoofed",
                () -> object());
    }

    /** Returns the event of a budget that allows to block again, after {@code refused} scans without a ban. */
    static Event budgetRestored(Instant time, long refused) {
        return of(
                time,
                "budgetRestored",
                () -> String.format(Locale.ROOT, "Blocking resumed: %,d scans were not blocked meanwhile", refused),
                () -> object("refused", refused));
    }

    /** A new connection. It has a record of its own, with one field: a flood makes millions. */
    record Connection(Segment attempt) implements Event {
        @Override
        public Instant time() {
            return attempt.instant();
        }

        @Override
        public String name() {
            return "connection";
        }

        @Override
        public String text() {
            return "New connection: " + endpoint(attempt.source(), attempt.sourcePort()) + " -> "
                    + endpoint(attempt.destination(), attempt.destinationPort());
        }

        private static String endpoint(IpAddress address, int port) {
            return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object(
                    "source", attempt.source(),
                    "sourcePort", attempt.sourcePort(),
                    "destination", attempt.destination(),
                    "destinationPort", attempt.destinationPort());
        }
    }

    /** An event with the means to put it into words. */
    record Worded(Instant time, String name, Supplier<String> wording, Supplier<Map<String, @Nullable Object>> members)
            implements Event {
        @Override
        public String text() {
            return wording.get();
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return members.get();
        }
    }
}
