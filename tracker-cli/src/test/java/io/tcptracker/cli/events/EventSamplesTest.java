package io.tcptracker.cli.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.review.DryRunReview;
import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.cli.testing.PcapBuilder;
import io.tcptracker.core.Tracker;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of JSON in {@code docs/metrics.md}, compared with the JSON that the program writes. */
final class EventSamplesTest {
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final Pattern BLOCK = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    /** Values for people. Their wording may change without the page. */
    private static final Pattern WORDING = Pattern.compile("(\"(?:error|reason|why)\":)\"[^\"]*\"");

    private static final Instant START = Instant.parse("2026-11-27T20:00:00.100Z");
    private static final Instant VERDICT = START.plusMillis(150);
    private static final Instant DECISION = VERDICT.plusMillis(3);
    private static final Instant SECOND = Instant.parse("2026-11-27T20:00:01Z");
    private static final Instant END = Instant.parse("2026-11-27T20:30:00Z");
    private static final IpAddress SCANNER = IpAddress.parse("192.0.2.66");
    private static final IpAddress HOST = IpAddress.parse("198.51.100.1");
    private static final String FULL = "the permitted number of sources is blocked already";

    private final Path directory;

    EventSamplesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static List<String> samples(String start) throws IOException {
        return BLOCK.matcher(Files.readString(PAGE))
                .results()
                .flatMap(block -> block.group(1).lines())
                .filter(line -> line.startsWith(start))
                .map(EventSamplesTest::withoutWording)
                .toList();
    }

    private static String withoutWording(String json) {
        return WORDING.matcher(json).replaceAll("$1\"\"");
    }

    private static List<Event> events() throws IOException {
        Evidence evidence = new Evidence(Evidence.Kind.SYN, START, VERDICT, List.of(22), List.of(21, 23), List.of());
        Scan scan = scan(SCANNER, evidence);
        Ban ban = new Ban(Prefix.of(SCANNER), VERDICT, Duration.ofMinutes(10), 1, "scanned 4 ports of 198.51.100.1");
        Segment attempt = new Segment(nanos(START), SCANNER, 40_000, HOST, 21, Segment.SYN);
        List<Event> events = new ArrayList<>(List.of(
                Event.connection(attempt),
                Event.summed(SECOND, 98_500, 1_000),
                Event.omitted(SECOND, 12_288),
                Event.scan(scan),
                Event.ban(DECISION, ban, false),
                Event.unban(VERDICT.plus(Duration.ofMinutes(10)), ban),
                Event.spared(DECISION, scan(IpAddress.parse("10.0.0.7"), evidence), Prefix.parse("10.0.0.0/8")),
                Event.refused(DECISION, scan, FULL),
                Event.budgetSpent(DECISION),
                Event.budgetRestored(Instant.parse("2026-11-27T20:01:30Z"), 49_900)));
        events.addAll(review());
        return events;
    }

    private static Scan scan(IpAddress source, Evidence evidence) {
        return new Scan(
                Rule.VERTICAL,
                source,
                Prefix.of(source),
                1,
                HOST,
                1,
                VERDICT,
                List.of(21, 22, 23, 25),
                evidence,
                false);
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
    }

    /** Returns the end of a dry run in which an ordinary client and two scanners broke the rule. */
    private static List<Event> review() throws IOException {
        DryRunReview review = new DryRunReview(List.of(ScanPolicy.DEFAULT));
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
                tries(sink, "192.0.2.7", Segment.SYN | Segment.ACK);
                tries(sink, "192.0.2.66", Segment.RST | Segment.ACK);
                tries(sink, "192.0.2.67", Segment.RST | Segment.ACK);
                sink.idle(Long.MAX_VALUE);
            }

            @Override
            public Statistics statistics() {
                return new Statistics(0, 0, 0, Map.of());
            }

            @Override
            public void close() {}
        }));
        review.end(true, END);
        return review.events();
    }

    private static void tries(PacketSource.Sink sink, String from, int answer) {
        IpAddress source = IpAddress.parse(from);
        for (int port = 1; port <= 7; port++) {
            sink.accept(new Segment(port, source, 40_000, HOST, port, Segment.SYN));
            sink.accept(new Segment(port, HOST, port, source, 40_000, answer));
        }
    }

    @Test
    void eachSampleOfAnEventEqualsTheWrittenEvent() throws IOException {
        List<String> written = events().stream()
                .map(event -> withoutWording(LogFormat.JSON.line(event, false)))
                .toList();
        assertEquals(String.join("\n", written), String.join("\n", samples("{\"time\"")));
    }

    @Test
    void noEventIsWithoutSample() throws IOException {
        Set<String> shown = events().stream().map(Event::name).collect(Collectors.toCollection(TreeSet::new));
        Set<String> made = Stream.of(Event.class.getDeclaredMethods())
                .filter(each -> each.getReturnType() == Event.class)
                .map(Method::getName)
                .filter(each -> !each.equals("of"))
                .collect(Collectors.toCollection(TreeSet::new));
        made.addAll(List.of("ordinary", "dryRun"));
        assertEquals(made, shown);
    }

    @Test
    void theEndOfADryRunIsShownAsItIsWritten() throws IOException {
        String lines = review().stream().map(Event::text).collect(Collectors.joining("\n"));
        assertShown("docs/detection.md", lines);
    }

    @Test
    void aScanAndABanAreShownAsTheyAreWritten() throws IOException {
        Evidence closed = new Evidence(Evidence.Kind.SYN, START, VERDICT, List.of(), List.of(21, 23), List.of());
        assertShown("README.md", Event.scan(scan(SCANNER, closed)).text());
        Ban ban = new Ban(Prefix.of(SCANNER), VERDICT, Duration.ofMinutes(10), 1, "");
        assertShown("README.md", Event.ban(DECISION, ban, false).text());
        Evidence mixed = new Evidence(Evidence.Kind.CONNECT, START, VERDICT, List.of(22), List.of(21, 23), List.of());
        assertShown("docs/detection.md", Event.scan(scan(SCANNER, mixed)).text());
    }

    /** Fails unless a document has this text, with other numbers and addresses at most. */
    private static void assertShown(String document, String text) throws IOException {
        String page = withoutNumbers(Files.readString(Path.of("..", document)));
        assertTrue(page.contains(withoutNumbers(text)), document + " lacks: " + text);
    }

    private static String withoutNumbers(String text) {
        return text.replaceAll("\\d+(?:[.,:T-]\\d+)*Z?", "0");
    }

    @Test
    void eachSampleOfAReplayEqualsThePrintedReport() throws IOException {
        capture().write(directory.resolve("scan.pcap"));
        capture().cut(10).write(directory.resolve("damaged.pcap"));
        String written = replay("scan.pcap", "damaged.pcap")
                + replay("--try", "vertical:1/60s,unanswered=1", "--try", "slow:5/1h", "scan.pcap")
                + replay("--explain", "192.0.2.66", "scan.pcap");
        assertEquals(withoutWording(written), String.join("\n", samples("{\"file\"")) + "\n");
    }

    private static PcapBuilder capture() {
        return new PcapBuilder()
                .answered(0, "192.0.2.66", "198.51.100.1", 22)
                .refused(100, "192.0.2.66", "198.51.100.1", 23);
    }

    private String replay(String... arguments) {
        List<String> all = new ArrayList<>(List.of("replay", "--json", "--ports", "1"));
        Stream.of(arguments)
                .map(each -> each.endsWith(".pcap") ? directory.resolve(each).toString() : each)
                .forEach(all::add);
        return Invocation.of(all.toArray(new String[0])).out().replace(directory + "/", "");
    }
}
