package io.tcptracker.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.cli.testing.PcapBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The explanations of {@code replay --explain}: what one source did, and why it was a scan or not. */
final class ReplayExplainTest {
    private static final String SOURCE = "192.0.2.66";
    private static final String HOST = "192.0.2.1";

    private final Path directory;

    ReplayExplainTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Invocation explain(PcapBuilder pcap, String options) throws IOException {
        Path file = pcap.write(directory.resolve("file.pcap"));
        return Invocation.of(("replay " + options + " " + file).split(" ", -1));
    }

    /** Returns the last line for the only destination. */
    private String reason(PcapBuilder pcap, String options) throws IOException {
        List<String> lines =
                explain(pcap, options + " --explain " + SOURCE).out().lines().toList();
        return lines.get(lines.size() - 1).strip();
    }

    private static PcapBuilder scan() {
        return new PcapBuilder()
                .syn(0, "192.0.2.7", HOST, 443)
                .answered(100, SOURCE, HOST, 22)
                .refused(200, SOURCE, HOST, 23)
                .syn(300, SOURCE, HOST, 25)
                .syn(1300, SOURCE, HOST, 25)
                .syn(3300, SOURCE, HOST, 25)
                .refused(3450, SOURCE, HOST, 80)
                .fin(4000, SOURCE, HOST, 81)
                .syn(5000, SOURCE, "192.0.2.2", 22);
    }

    @Test
    void timelineShowsProbesAnswersAndTheVerdict() throws IOException {
        Invocation replay = explain(scan(), "--explain " + SOURCE);
        assertEquals(directory.resolve("file.pcap") + """
                : 12 packets, 8 new connections; 8 attempts by 192.0.2.66 at 2 destinations

                192.0.2.66 -> 192.0.2.1, first at 2023-11-14T22:13:20.100Z
                    AFTER  PORT  HOW           ANSWER
                  0.000 s    22  syn           answered after 1.0 ms
                  0.100 s    23  syn           refused after 1.0 ms
                  0.200 s    25  syn, 3 tries  silent
                  3.350 s    80  syn           refused after 1.0 ms
                  3.350 s        SCAN          of ports 22, 23, 25, 80
                  3.900 s    81  fin           silent
                  a scan at the 4th port, 3.35 s after the first: 22, 23, 25, 80; 2 of them refused, 1 silent

                192.0.2.66 -> 192.0.2.2, first at 2023-11-14T22:13:25Z
                    AFTER  PORT  HOW  ANSWER
                  0.000 s    22  syn  silent
                  no scan: at most 1 distinct port within 60 s (--ports 3), at 2023-11-14T22:13:25Z
                """, replay.out());
        assertEquals("", replay.err());
        assertEquals(ExitCode.DONE, replay.exit());
    }

    @Test
    void jsonHoldsTheSame() throws IOException {
        PcapBuilder pcap = new PcapBuilder().refused(0, SOURCE, HOST, 22).syn(5, SOURCE, HOST, 23);
        assertEquals(
                "{\"file\":\"" + directory.resolve("file.pcap")
                        + "\",\"packets\":3,\"newConnections\":2,\"answers\":1,\"undecodable\":0,\"truncated\":false,"
                        + "\"source\":\"192.0.2.66\",\"attempts\":2,\"destinations\":[{\"source\":\"192.0.2.66\","
                        + "\"destination\":\"192.0.2.1\",\"first\":\"2023-11-14T22:13:20Z\",\"attempts\":2,\"events\":["
                        + "{\"time\":\"2023-11-14T22:13:20Z\",\"event\":\"attempt\",\"source\":\"192.0.2.66\",\"port\":22,"
                        + "\"kind\":\"syn\",\"tries\":1,\"answer\":\"refused\",\"seconds\":0.001},"
                        + "{\"time\":\"2023-11-14T22:13:20.005Z\",\"event\":\"attempt\",\"source\":\"192.0.2.66\",\"port\":23,"
                        + "\"kind\":\"syn\",\"tries\":1,\"answer\":\"silent\",\"seconds\":null},"
                        + "{\"time\":\"2023-11-14T22:13:20.005Z\",\"event\":\"scan\",\"by\":\"vertical:1/60s\","
                        + "\"source\":\"192.0.2.66\",\"destination\":\"192.0.2.1\",\"detectedAt\":\"2023-11-14T22:13:20.005Z\","
                        + "\"ports\":[22,23],\"rule\":\"vertical\",\"kind\":\"syn\",\"prefix\":\"192.0.2.66\",\"addresses\":1,"
                        + "\"hosts\":1,\"evidence\":{\"answered\":[],\"refused\":[22],\"silent\":[],"
                        + "\"first\":\"2023-11-14T22:13:20Z\",\"last\":\"2023-11-14T22:13:20.005Z\"}}],"
                        + "\"attemptsLeftOut\":0,\"verdicts\":[{\"rule\":\"vertical:1/60s\",\"scan\":true,"
                        + "\"why\":\"a scan at the 2nd port, 5.0 ms after the first: 22, 23; 1 of them refused, 1 silent\"}]}],"
                        + "\"attemptsAtOthers\":0,\"otherDestinations\":0,\"sweeps\":[]}\n",
                explain(pcap, "--json --ports 1 --explain " + SOURCE).out());
    }

    @Test
    void sourceWithoutAttemptsIsReportedAsSuch() throws IOException {
        Invocation replay = explain(scan(), "--explain 192.0.2.99");
        assertEquals(
                directory.resolve("file.pcap") + ": 12 packets, 8 new connections, none by 192.0.2.99\n", replay.out());
        assertEquals(ExitCode.DONE, replay.exit());
    }

    @Test
    void portsThatAreTooFarApartAreNoScan() throws IOException {
        PcapBuilder pcap = new PcapBuilder();
        for (int port = 1; port <= 10; port++) {
            pcap.syn(port * 30_000L, SOURCE, HOST, port);
        }
        assertEquals(
                "no scan: at most 3 distinct ports within 60 s (--ports 3), at 2023-11-14T22:14:50Z", reason(pcap, ""));
        assertEquals(
                "no slow scan: at most 10 distinct ports within 1 h (slow:20/1h), at 2023-11-14T22:18:20Z",
                reason(pcap, "--rule slow:20/1h"));
    }

    @Test
    void portsThatAnswerAreNoScanWithUnanswered() throws IOException {
        PcapBuilder pcap = new PcapBuilder();
        for (int port = 1; port <= 4; port++) {
            pcap.answered(port * 10L, SOURCE, HOST, port);
        }
        assertEquals(
                "a scan at the 4th port, 30 ms after the first: 1, 2, 3, 4; all of them answered. With --unanswered 2 this"
                        + " is no scan",
                reason(pcap, ""));
        assertEquals(
                "no scan: 4 ports within 60 s, but none unanswered (--unanswered 2), at 2023-11-14T22:13:20.040Z",
                reason(pcap, "--unanswered 2"));
        pcap.syn(100, SOURCE, HOST, 5);
        assertEquals(
                "no scan: 5 ports within 60 s, but only 1 unanswered (--unanswered 2), at 2023-11-14T22:13:20.100Z",
                reason(pcap, "--unanswered 2"));
        pcap.refused(200, SOURCE, HOST, 6);
        assertEquals(
                "a scan with 6 ports, 2 or more unanswered (--unanswered 2), 1.09 s after the first: 1, 2, 3, 4, 5, 6;"
                        + " 1 of them refused, 1 silent",
                reason(pcap, "--unanswered 2"));
    }

    @Test
    void withoutAnswersNoPortIsSilent() throws IOException {
        PcapBuilder pcap = new PcapBuilder();
        for (int port = 1; port <= 4; port++) {
            pcap.syn(port * 10L, SOURCE, HOST, port);
        }
        assertEquals(
                "no scan: 4 ports within 60 s, but the capture shows no answers, so no port counts as silent"
                        + " (--unanswered 2), at 2023-11-14T22:13:20.040Z",
                reason(pcap, "--unanswered 2"));
    }

    @Test
    void probesWithoutSynCountOnlyWithUnanswered() throws IOException {
        PcapBuilder pcap = new PcapBuilder();
        for (int port = 1; port <= 4; port++) {
            pcap.fin(port * 10L, SOURCE, HOST, port);
        }
        assertEquals("no scan: probes without a SYN count only with --unanswered", reason(pcap, ""));
        assertEquals(
                "a scan with 4 ports, 2 or more unanswered (--unanswered 2), 30 ms after the first: 1, 2, 3, 4",
                reason(pcap, "--unanswered 2"));
    }

    @Test
    void ipv6AddressIsExplainedWithItsWholePrefix() throws IOException {
        PcapBuilder pcap = new PcapBuilder()
                .syn(0, "2001:db8::1:66", "2001:db8:1::1", 1)
                .syn(10, "2001:db8::2:66", "2001:db8:1::1", 2);
        String out = explain(pcap, "--explain 2001:db8::1:66").out();
        assertTrue(out.contains("""
                2001:db8::/64 -> 2001:db8:1::1, first at 2023-11-14T22:13:20Z
                    AFTER  PORT  HOW  ANSWER          FROM
                  0.000 s     1  syn  no answer seen  2001:db8::1:66
                  0.010 s     2  syn  no answer seen  2001:db8::2:66
                """), out);
    }

    @Test
    void prefixIsExplainedSourceBySource() throws IOException {
        String out = explain(scan(), "--explain 192.0.2.0/24").out();
        assertTrue(out.contains("; 9 attempts by 192.0.2.0/24 at 2 destinations\n"), out);
        assertTrue(out.contains("\n192.0.2.7 -> 192.0.2.1, first at"), out);
        assertTrue(out.contains("\n192.0.2.66 -> 192.0.2.1, first at"), out);
    }

    @Test
    void sweepIsPrintedLast() throws IOException {
        PcapBuilder pcap = new PcapBuilder();
        for (int host = 1; host <= 3; host++) {
            pcap.refused(host * 10L, SOURCE, "192.0.2." + host, 23);
        }
        assertEquals(
                "2023-11-14T22:13:20.031Z a sweep: 192.0.2.66 tried port 23 of 3 hosts, all unanswered",
                reason(pcap, "--rule sweep:3/60s"));
    }

    @Test
    void linesBeyondTheBoundAreCounted() throws IOException {
        PcapBuilder pcap = new PcapBuilder();
        for (int port = 1; port <= 1500; port++) {
            pcap.syn(port, SOURCE, HOST, port);
        }
        for (int host = 0; host < 1200; host++) {
            pcap.syn(2000, SOURCE, "198.18." + host / 200 + "." + host % 200, 80);
        }
        List<String> lines = explain(pcap, "--explain " + SOURCE).out().lines().toList();
        assertTrue(lines.get(0).endsWith("; 2,700 attempts by 192.0.2.66"), lines.get(0));
        assertTrue(lines.contains("  ... and 500 more attempts"));
        assertTrue(lines.contains("  a scan at the 4th port, 3.0 ms after the first: 1, 2, 3, 4"));
        String last = lines.get(lines.size() - 1);
        assertTrue(last.matches("\\.\\.\\. and 201 more attempts, at about (19|20|21)\\d destinations"), last);
        assertEquals(
                999,
                lines.stream()
                        .filter(line -> line.contains("at most 1 distinct port"))
                        .count());
    }
}
