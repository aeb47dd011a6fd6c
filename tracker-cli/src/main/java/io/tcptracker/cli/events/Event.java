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
import org.jspecify.annotations.Nullable;

/** Something that the user is told of on standard output, as a line of text or as a JSON object. */
public interface Event {
    /** When it happened: for what was captured, the capture time. */
    Instant time();

    /** The stable name in JSON. */
    String name();

    String text();

    /** What else the JSON object holds, in this order. */
    Map<String, @Nullable Object> fields();

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

    /** Connection lines that the output was too slow for. */
    record Omitted(Instant time, long connections) implements Event {
        @Override
        public String name() {
            return "omitted";
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "... %,d more new connections than the output could take", connections);
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object("connections", connections);
        }
    }

    /** Connections that were more than are logged one by one. */
    record Summed(Instant time, long connections, long sources) implements Event {
        @Override
        public String name() {
            return "summed";
        }

        @Override
        public String text() {
            return String.format(
                    Locale.ROOT, "... %,d more new connections from about %,d sources", connections, sources);
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object("connections", connections, "sources", sources);
        }
    }

    record ScanDetected(Scan scan) implements Event {
        @Override
        public Instant time() {
            return scan.detectedAt();
        }

        @Override
        public String name() {
            return "scan";
        }

        @Override
        public String text() {
            String what = switch (scan.rule()) {
                case VERTICAL -> "Port scan detected: " + scan.source() + " -> " + scan.destination();
                case SLOW -> "Slow port scan detected: " + scan.source() + " -> " + scan.destination();
                case SWEEP -> "Sweep detected: " + scan.source() + " -> " + scan.hosts() + " hosts";
                case DISTRIBUTED ->
                    "Distributed port scan detected: about " + scan.addresses() + " addresses -> " + scan.destination();
            };
            return what + " on ports " + ScanFormat.list(scan.ports()) + ScanFormat.evidence(scan);
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return ScanFormat.of(scan);
        }
    }

    record Spared(Instant time, Scan scan, Prefix prefix) implements Event {
        @Override
        public String name() {
            return "spared";
        }

        @Override
        public String text() {
            return "Not blocked: " + scan.source()
                    + (prefix.contains(scan.source())
                            ? " is on the allow list (" + prefix + ")"
                            : " is one of several in a network with somebody on the allow list (" + prefix + ")");
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object("source", scan.source(), "prefix", prefix);
        }
    }

    /** A scan that is not acted upon though it should be. */
    record Refused(Instant time, Scan scan, String reason) implements Event {
        @Override
        public String name() {
            return "refused";
        }

        @Override
        public String text() {
            return "Not blocked: " + scan.source() + ", since " + reason;
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object("source", scan.source(), "reason", reason);
        }
    }

    /** A ban, or one that would be if this weren't a dry run. */
    record Banned(Instant time, Ban ban, boolean dryRun) implements Event {
        @Override
        public String name() {
            return "ban";
        }

        @Override
        public String text() {
            return (dryRun ? "Would block " : "Blocked ")
                    + ban.source()
                    + ban.until()
                            .map(until -> " until " + until.truncatedTo(ChronoUnit.SECONDS))
                            .orElse(" until the tracker stops")
                    + (ban.count() == 1 ? "" : ", ban number " + ban.count());
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object(
                    "source", ban.source(),
                    "since", ban.since(),
                    "until", ban.until().orElse(null),
                    "dryRun", dryRun,
                    "count", ban.count(),
                    "reason", ban.reason());
        }
    }

    /** From now on scanners are not banned. */
    record BudgetSpent(Instant time) implements Event {
        @Override
        public String name() {
            return "budgetSpent";
        }

        @Override
        public String text() {
            return "More sources scan than may be blocked a minute (--ban-budget); their addresses may be forged,"
                    + " and more are not blocked";
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object();
        }
    }

    record BudgetRestored(Instant time, long refused) implements Event {
        @Override
        public String name() {
            return "budgetRestored";
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "Scanners are blocked again, after %,d that were not", refused);
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object("refused", refused);
        }
    }

    record Unbanned(Instant time, Ban ban) implements Event {
        @Override
        public String name() {
            return "unban";
        }

        @Override
        public String text() {
            return "Unblocked " + ban.source();
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return object("source", ban.source());
        }
    }

    /** A map in this order. */
    static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }
}
