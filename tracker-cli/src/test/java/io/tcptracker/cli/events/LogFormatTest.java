package io.tcptracker.cli.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.console.Json;
import io.tcptracker.cli.review.Classification;
import io.tcptracker.cli.review.ClassifiedPair;
import io.tcptracker.cli.review.DryRunReview;
import io.tcptracker.cli.review.FlaggedPair;
import io.tcptracker.cli.review.Pair;
import io.tcptracker.cli.review.PortCounts;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.testing.Scans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class LogFormatTest {
    private static final Instant TIME = Instant.parse("2023-11-14T22:13:20.123456789Z");
    private static final Scan SCAN = scan("192.0.2.66", "192.0.2.1");
    private static final Scan SCAN6 = scan("2001:db8::66", "2001:db8::1");
    private static final Prefix SOURCE = Prefix.parse("192.0.2.66");

    private static Scan scan(String source, String destination) {
        return Scans.of(
                IpAddress.parse(source), IpAddress.parse(destination), TIME, List.of(22, 23, 25, 65_535), false);
    }

    private static Event connection(String source, String destination) {
        long nanos = TIME.getEpochSecond() * 1_000_000_000 + TIME.getNano();
        return Event.connection(
                new Segment(nanos, IpAddress.parse(source), 40_000, IpAddress.parse(destination), 443, Segment.SYN));
    }

    static Stream<Arguments> lines() {
        Instant later = TIME.plusSeconds(1);
        Ban ban = new Ban(SOURCE, TIME, Duration.ofMinutes(10));
        Ban endless = new Ban(SOURCE, TIME, Duration.ZERO);
        Ban network = new Ban(
                Prefix.parse("2001:db8::/64"), TIME, Duration.ofDays(365), 22, "scanned 4 ports of 2001:db8::1");
        return Stream.of(
                Arguments.of(
                        connection("192.0.2.66", "192.0.2.1"),
                        "2023-11-14T22:13:20.123Z New connection: 192.0.2.66:40000 -> 192.0.2.1:443",
                        "{\"time\":\"2023-11-14T22:13:20.123456789Z\",\"event\":\"connection\","
                                + "\"source\":\"192.0.2.66\",\"sourcePort\":40000,"
                                + "\"destination\":\"192.0.2.1\",\"destinationPort\":443}"),
                Arguments.of(
                        connection("2001:db8::66", "fe80::1"),
                        "2023-11-14T22:13:20.123Z New connection: [2001:db8::66]:40000 -> [fe80::1]:443",
                        "{\"time\":\"2023-11-14T22:13:20.123456789Z\",\"event\":\"connection\","
                                + "\"source\":\"2001:db8::66\",\"sourcePort\":40000,"
                                + "\"destination\":\"fe80::1\",\"destinationPort\":443}"),
                Arguments.of(
                        Event.omitted(later, 1_234_567),
                        "2023-11-14T22:13:21.123Z ... 1,234,567 more new connections not shown: the output is too slow",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"omitted\","
                                + "\"connections\":1234567}"),
                Arguments.of(
                        Event.summed(later, 1_234_567, 1_001),
                        "2023-11-14T22:13:21.123Z ... 1,234,567 more new connections from about 1,001 sources",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"summed\","
                                + "\"connections\":1234567,\"sources\":1001}"),
                Arguments.of(
                        Event.scan(SCAN),
                        "2023-11-14T22:13:20.123Z Port scan detected: 192.0.2.66 -> 192.0.2.1 on ports 22,23,25,65535",
                        "{\"time\":\"2023-11-14T22:13:20.123456789Z\",\"event\":\"scan\","
                                + "\"source\":\"192.0.2.66\",\"destination\":\"192.0.2.1\","
                                + "\"detectedAt\":\"2023-11-14T22:13:20.123456789Z\",\"ports\":[22,23,25,65535],\"rule\":\"vertical\",\"kind\":\"syn\",\"prefix\":\"192.0.2.66\",\"addresses\":1,\"hosts\":1,"
                                + "\"evidence\":{\"answered\":[],\"refused\":[],\"silent\":[],\"first\":\"2023-11-14T22:13:20.123456789Z\",\"last\":\"2023-11-14T22:13:20.123456789Z\"}}"),
                Arguments.of(
                        Event.scan(SCAN6),
                        "2023-11-14T22:13:20.123Z Port scan detected: 2001:db8::66 -> 2001:db8::1"
                                + " on ports 22,23,25,65535",
                        "{\"time\":\"2023-11-14T22:13:20.123456789Z\",\"event\":\"scan\","
                                + "\"source\":\"2001:db8::66\",\"destination\":\"2001:db8::1\","
                                + "\"detectedAt\":\"2023-11-14T22:13:20.123456789Z\",\"ports\":[22,23,25,65535],\"rule\":\"vertical\",\"kind\":\"syn\",\"prefix\":\"2001:db8::/64\",\"addresses\":1,\"hosts\":1,"
                                + "\"evidence\":{\"answered\":[],\"refused\":[],\"silent\":[],\"first\":\"2023-11-14T22:13:20.123456789Z\",\"last\":\"2023-11-14T22:13:20.123456789Z\"}}"),
                Arguments.of(
                        Event.spared(later, SCAN, Prefix.parse("192.0.2.0/24")),
                        "2023-11-14T22:13:21.123Z Not blocked: 192.0.2.66 is on the allow list (192.0.2.0/24)",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"spared\","
                                + "\"source\":\"192.0.2.66\",\"prefix\":\"192.0.2.0/24\"}"),
                Arguments.of(
                        Event.refused(later, SCAN, "too many scans wait for the firewall"),
                        "2023-11-14T22:13:21.123Z Not blocked: 192.0.2.66, because too many scans wait for the firewall",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"refused\","
                                + "\"source\":\"192.0.2.66\",\"reason\":\"too many scans wait for the firewall\"}"),
                Arguments.of(
                        Event.ban(later, ban, false),
                        "2023-11-14T22:13:21.123Z Blocked 192.0.2.66 until 2023-11-14T22:23:20Z",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"ban\",\"source\":\"192.0.2.66\","
                                + "\"since\":\"2023-11-14T22:13:20.123456789Z\","
                                + "\"until\":\"2023-11-14T22:23:20.123456789Z\",\"dryRun\":false,\"count\":1,\"reason\":\"\"}"),
                Arguments.of(
                        Event.ban(later, endless, false),
                        "2023-11-14T22:13:21.123Z Blocked 192.0.2.66 until the tracker stops",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"ban\",\"source\":\"192.0.2.66\","
                                + "\"since\":\"2023-11-14T22:13:20.123456789Z\",\"until\":null,\"dryRun\":false,\"count\":1,\"reason\":\"\"}"),
                Arguments.of(
                        Event.ban(later, network, true),
                        "2023-11-14T22:13:21.123Z Would block 2001:db8::/64 until 2024-11-13T22:13:20Z, 22 times so far",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"ban\","
                                + "\"source\":\"2001:db8::/64\","
                                + "\"since\":\"2023-11-14T22:13:20.123456789Z\","
                                + "\"until\":\"2024-11-13T22:13:20.123456789Z\",\"dryRun\":true,\"count\":22,\"reason\":\"scanned 4 ports of 2001:db8::1\"}"),
                Arguments.of(
                        Event.budgetSpent(later),
                        "2023-11-14T22:13:21.123Z Blocking paused: more sources scan than --ban-budget allows to"
                                + " block in a minute, and their addresses may be spoofed",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"budgetSpent\"}"),
                Arguments.of(
                        Event.budgetRestored(later, 1_234),
                        "2023-11-14T22:13:21.123Z Blocking resumed: 1,234 scans were not blocked meanwhile",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"budgetRestored\",\"refused\":1234}"),
                Arguments.of(
                        Event.unban(later, ban),
                        "2023-11-14T22:13:21.123Z Unblocked 192.0.2.66",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"unban\","
                                + "\"source\":\"192.0.2.66\"}"),
                Arguments.of(
                        DryRunReview.ordinary(later, classified()),
                        "2023-11-14T22:13:21.123Z Likely false positive: 192.0.2.66 -> 192.0.2.1"
                                + " (ports answered 5, refused 1, silent 0)",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"ordinary\","
                                + "\"source\":\"192.0.2.66\",\"destination\":\"192.0.2.1\",\"port\":null,"
                                + "\"answered\":5,\"refused\":1,\"silent\":0,\"byAnswers\":\"ordinary\"}"),
                Arguments.of(
                        DryRunReview.summary(later, 1_234, 1_000, 200, 34, 0, false),
                        "2023-11-14T22:13:21.123Z Dry run: 1,234 pairs flagged: 1,000 likely false positives,"
                                + " 200 scans, 34 undecided; --unanswered 2 avoids the false positives",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"dryRun\",\"pairs\":1234,"
                                + "\"ordinary\":1000,\"scans\":200,\"undecided\":34,\"more\":0}"),
                Arguments.of(
                        DryRunReview.summary(later, 10_000, 1, 9_999, 0, 12_345, true),
                        "2023-11-14T22:13:21.123Z Dry run: 10,000 pairs flagged: 1 likely false positive,"
                                + " 9,999 scans, 0 undecided; and 12,345 verdicts on further pairs",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"dryRun\",\"pairs\":10000,"
                                + "\"ordinary\":1,\"scans\":9999,\"undecided\":0,\"more\":12345}"),
                Arguments.of(
                        DryRunReview.summary(later, 0, 0, 0, 0, 0, false),
                        "2023-11-14T22:13:21.123Z Dry run: no scans",
                        "{\"time\":\"2023-11-14T22:13:21.123456789Z\",\"event\":\"dryRun\",\"pairs\":0,"
                                + "\"ordinary\":0,\"scans\":0,\"undecided\":0,\"more\":0}"));
    }

    private static ClassifiedPair classified() {
        return new ClassifiedPair(new FlaggedPair(Pair.of(SCAN)), new PortCounts(5, 1, 0, 0), Classification.ORDINARY);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void eventIsALineOfTextOrJson(Event event, String text, String json) {
        assertEquals(text, LogFormat.TEXT.line(event, false));
        assertEquals(json, LogFormat.JSON.line(event, false));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void colourIsOnlyAroundTheTextAndNeverInJson(Event event, String text, String json) {
        String coloured = LogFormat.TEXT.line(event, true);
        assertEquals(text, coloured.replaceAll("\u001b\\[[0-9]*m", ""));
        assertEquals(coloured.startsWith("\u001b["), coloured.endsWith("\u001b[0m"), coloured);
        assertEquals(json, LogFormat.JSON.line(event, true));
    }

    @Test
    void numbersAreWrittenAlikeWhereverItRuns() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertTrue(LogFormat.TEXT.line(Event.omitted(TIME, 12_345), false).contains(" 12,345 "));
            assertEquals("\"\\u001b\"", Json.of("\u001b"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void scansAndBansStandOut() {
        Ban ban = new Ban(SOURCE, TIME, Duration.ZERO);
        String scan = LogFormat.TEXT.line(Event.scan(SCAN), true);
        String banned = LogFormat.TEXT.line(Event.ban(TIME, ban, false), true);
        assertTrue(scan.startsWith("\u001b[33m"), scan);
        assertTrue(banned.startsWith("\u001b[31m"), banned);
        assertFalse(LogFormat.TEXT.line(Event.unban(TIME, ban), true).startsWith("\u001b"));
    }

    @ParameterizedTest
    @EnumSource
    void lineHoldsAtAnyTimeNoControlCharacters(LogFormat format) {
        for (long time : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            Segment attempt = new Segment(
                    time, IpAddress.parse("::"), 0, IpAddress.parse("255.255.255.255"), 65_535, Segment.SYN);
            String line = format.line(Event.connection(attempt), false);
            assertTrue(line.chars().noneMatch(Character::isISOControl), line);
        }
    }
}
