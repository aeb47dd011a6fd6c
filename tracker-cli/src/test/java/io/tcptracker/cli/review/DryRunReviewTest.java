package io.tcptracker.cli.review;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.events.Event;
import io.tcptracker.core.Tracker;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class DryRunReviewTest {
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7");
    private static final IpAddress SCANNER = IpAddress.parse("192.0.2.66");
    private static final IpAddress HOST = IpAddress.parse("192.0.2.1");
    private static final Instant NOW = Instant.parse("2023-11-14T22:13:20Z");

    private final DryRunReview review = new DryRunReview(List.of(ScanPolicy.DEFAULT));

    /** Returns the texts of the events after a tracker has seen these segments. */
    private List<String> events(Consumer<PacketSource.Sink> segments) throws IOException {
        Tracker tracker = new Tracker(
                List.of(ScanPolicy.DEFAULT),
                BanPolicy.DEFAULT,
                () -> AllowList.of(List.of()),
                Firewall.dryRun(),
                System::nanoTime,
                InstantSource.system(),
                List.of(review));
        tracker.watch(review.beside(new PacketSource() {
            @Override
            public void run(Sink sink) {
                segments.accept(sink);
                sink.idle(Long.MAX_VALUE);
            }

            @Override
            public Statistics statistics() {
                return new Statistics(0, 0, 0, Map.of());
            }

            @Override
            public void close() {}
        }));
        review.end(tracker.detection().answers() > 0, NOW);
        return review.events().stream().map(Event::text).toList();
    }

    private static void attempts(PacketSource.Sink sink, IpAddress source, int ports, int flags) {
        for (int port = 1; port <= ports; port++) {
            sink.accept(new Segment(port, source, 40_000, HOST, port, Segment.SYN));
            sink.accept(new Segment(port, HOST, port, source, 40_000, flags));
        }
    }

    @Test
    void likelyFalsePositivesAreNamedAndAllPairsAreCounted() throws IOException {
        List<String> events = events(sink -> {
            attempts(sink, CLIENT, 5, Segment.SYN | Segment.ACK);
            attempts(sink, SCANNER, 500, Segment.RST | Segment.ACK);
        });
        assertEquals(
                List.of(
                        "Likely false positive: 192.0.2.7 -> 192.0.2.1 (ports answered 5, refused 0, silent 0)",
                        "Dry run: 2 pairs flagged: 1 likely false positive, 1 scan, 0 undecided; --unanswered 2 avoids the"
                                + " false positives"),
                events);
    }

    @Test
    void dryRunWithoutScansSaysSo() throws IOException {
        assertEquals(List.of("Dry run: no scans"), events(sink -> attempts(sink, CLIENT, 2, Segment.RST)));
    }

    @Test
    void thereAreNoEventsBeforeTheEnd() {
        assertEquals(List.of(), review.events());
    }
}
