package io.tcptracker.cli.review;

import io.tcptracker.cli.events.Event;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The review at the end of a dry run: the pairs that it would have blocked, and which of them are likely false positives.
 * The thread that captures feeds it; {@link #events} may be called from any thread.
 */
public final class DryRunReview implements TrackerListener {
    /** The number of likely false positives that are named; all are counted. */
    private static final int MOST_NAMED = 1_000;

    private final FlaggedPairs pairs;
    private final boolean usesEvidence;
    private volatile List<Event> events = List.of();

    /** Makes the review of a dry run by these rules. */
    public DryRunReview(List<ScanPolicy> policies) {
        pairs = new FlaggedPairs(policies);
        usesEvidence = policies.stream().anyMatch(ScanPolicy::usesEvidence);
    }

    @Override
    public void scan(Scan scan) {
        pairs.flag(0, scan);
    }

    /** Returns the source with this review beside it, which sees each segment after the tracker. */
    public PacketSource beside(PacketSource source) {
        return new PacketSource() {
            @Override
            public void run(Sink sink) throws IOException {
                source.run(pairs.beside(sink));
            }

            @Override
            public Statistics statistics() {
                return source.statistics();
            }

            @Override
            public Optional<String> blindness() {
                return source.blindness();
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    /** Classifies all pairs, on the thread that captures. */
    public void end(boolean bothDirections, Instant now) {
        List<ClassifiedPair> all = pairs.classify(bothDirections);
        List<Event> made = new ArrayList<>();
        all.stream()
                .filter(each -> each.classification() == Classification.ORDINARY)
                .limit(MOST_NAMED)
                .forEach(each -> made.add(ordinary(now, each)));
        made.add(summary(
                now,
                all.size(),
                count(all, Classification.ORDINARY),
                count(all, Classification.SCAN),
                count(all, Classification.UNDECIDED),
                pairs.more(0),
                usesEvidence));
        events = List.copyOf(made);
    }

    private static long count(List<ClassifiedPair> all, Classification wanted) {
        return all.stream().filter(each -> each.classification() == wanted).count();
    }

    /** Returns the events after the end of the capture: the likely false positives, and last the summary. */
    public List<Event> events() {
        return events;
    }

    /** Returns the event of a pair that a dry run flagged, and that is a likely false positive. */
    public static Event ordinary(Instant time, ClassifiedPair each) {
        return Event.of(
                time,
                "ordinary",
                () -> "Likely false positive: " + each.pair() + " (ports answered "
                        + each.ports().answered() + ", refused "
                        + each.ports().refused() + ", silent " + each.ports().silent() + ")",
                each::json);
    }

    /**
     * Returns the event with the numbers of a dry run.
     *
     * @param more verdicts on further pairs, for which there was no room
     * @param usesEvidence whether a rule uses evidence already
     */
    public static Event summary(
            Instant time, long pairs, long ordinary, long scans, long undecided, long more, boolean usesEvidence) {
        return Event.of(
                time,
                "dryRun",
                () -> pairs == 0
                        ? "Dry run: no scans"
                        : "Dry run: " + ScanFormat.count(pairs, "pair") + " flagged: "
                                + ScanFormat.count(ordinary, "likely false positive") + ", "
                                + ScanFormat.count(scans, "scan")
                                + String.format(Locale.ROOT, ", %,d undecided", undecided)
                                + (more > 0 ? "; and " + ScanFormat.count(more, "verdict") + " on further pairs" : "")
                                + (ordinary > 0 && !usesEvidence
                                        ? "; --unanswered " + ScanPolicy.RECOMMENDED_UNANSWERED
                                                + " avoids the false positives"
                                        : ""),
                () -> Event.object(
                        "pairs", pairs,
                        "ordinary", ordinary,
                        "scans", scans,
                        "undecided", undecided,
                        "more", more));
    }
}
