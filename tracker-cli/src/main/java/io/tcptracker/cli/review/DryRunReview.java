package io.tcptracker.cli.review;

import io.tcptracker.cli.events.Event;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.review.FlaggedPair.Nature;
import io.tcptracker.cli.review.FlaggedPairs.Standing;
import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a dry run leaves behind: whom it would have blocked, and who of them is ordinary by what was answered. It is fed on the
 * thread that captures; {@link #events} may be called from any.
 */
public final class DryRunReview implements TrackerListener {
    /** Of those that are ordinary so many are named; all are counted. */
    private static final int MOST_NAMED = 1_000;

    private final FlaggedPairs accusations;
    private final boolean byAnswers;
    private volatile List<Event> events = List.of();

    public DryRunReview(List<ScanPolicy> policies) {
        accusations = new FlaggedPairs(policies);
        byAnswers = policies.stream().anyMatch(ScanPolicy::goesByAnswers);
    }

    @Override
    public void scan(Scan scan) {
        accusations.accuse(0, scan);
    }

    /** The same source, of which this sees what is captured, after the tracker. */
    public PacketSource beside(PacketSource source) {
        return new PacketSource() {
            @Override
            public void run(Sink sink) throws IOException {
                source.run(accusations.beside(sink));
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

    /** Draws the conclusion, on the thread that captures. */
    public void end(boolean bothDirections, Instant now) {
        List<Standing> all = accusations.standings(bothDirections);
        List<Event> told = new ArrayList<>();
        all.stream()
                .filter(each -> each.nature() == Nature.ORDINARY)
                .limit(MOST_NAMED)
                .forEach(each -> told.add(new Ordinary(now, each)));
        told.add(new Reviewed(
                now,
                all.size(),
                count(all, Nature.ORDINARY),
                count(all, Nature.SCAN),
                count(all, Nature.UNDECIDED),
                accusations.more(0),
                byAnswers));
        events = List.copyOf(told);
    }

    private static long count(List<Standing> all, Nature nature) {
        return all.stream().filter(each -> each.nature() == nature).count();
    }

    /** What there is to tell once the capture has ended: those that are ordinary, and last how many there are of each kind. */
    public List<Event> events() {
        return events;
    }

    /** One whom a dry run would have blocked, and who is ordinary by what was answered. */
    public record Ordinary(Instant time, FlaggedPairs.Standing standing) implements Event {
        @Override
        public String name() {
            return "ordinary";
        }

        @Override
        public String text() {
            PortAnswers.Count count = standing.count();
            return "Ordinary by the answers: " + standing.pair() + " (ports answered " + count.answered() + ", refused "
                    + count.refused() + ", silent " + count.silent() + ")";
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return ClassificationFormat.of(standing);
        }
    }

    /**
     * What a dry run comes to.
     *
     * @param more verdicts on further pairs, for which there was no room
     * @param byAnswers whether a rule goes by answers already
     */
    public record Reviewed(
            Instant time, long pairs, long ordinary, long scans, long undecided, long more, boolean byAnswers)
            implements Event {
        @Override
        public String name() {
            return "dryRun";
        }

        @Override
        public String text() {
            if (pairs == 0) {
                return "Dry run: no scans";
            }
            String hint = ordinary > 0 && !byAnswers ? "; --unanswered 2 spares what is ordinary" : "";
            String rest = more > 0 ? String.format(Locale.ROOT, "; and %,d verdicts on more pairs", more) : "";
            return "Dry run: " + ScanFormat.count(pairs, "pair")
                    + String.format(
                            Locale.ROOT,
                            " taken for scans; by the answers ordinary %,d, scans %,d, undecided %,d",
                            ordinary,
                            scans,
                            undecided)
                    + rest
                    + hint;
        }

        @Override
        public Map<String, @Nullable Object> fields() {
            return Event.object(
                    "pairs", pairs,
                    "ordinary", ordinary,
                    "scans", scans,
                    "undecided", undecided,
                    "more", more);
        }
    }
}
