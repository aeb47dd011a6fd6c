package io.tcptracker.cli.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.testing.Invocation;
import io.tcptracker.cli.testing.PcapBuilder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The comparison of rules by {@code replay --try}. */
final class ReplayTryTest {
    private static final String CLIENT = "192.0.2.7";
    private static final String SCANNER = "192.0.2.66";
    private static final String HOST = "192.0.2.1";

    private final Path directory;

    ReplayTryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Makes traffic of a client with one closed port, and of a scanner that goes on after its verdict. */
    private static PcapBuilder both() {
        PcapBuilder pcap = new PcapBuilder();
        for (int port = 1; port <= 5; port++) {
            pcap.answered(port * 10L, CLIENT, HOST, port);
        }
        pcap.refused(100, CLIENT, HOST, 6).answered(1000, SCANNER, HOST, 1);
        for (int port = 20; port < 30; port++) {
            pcap.refused(1000 + port * 10, SCANNER, HOST, port);
        }
        return pcap.syn(2000, SCANNER, HOST, 30).syn(60_000, "192.0.2.8", HOST, 1);
    }

    private Invocation replay(PcapBuilder pcap, String options) throws IOException {
        Path file = pcap.write(directory.resolve("file.pcap"));
        return Invocation.of(("replay " + options + " " + file).split(" ", -1));
    }

    @Test
    void tableShowsWhichPairsEachRuleFlagsAndTheirClasses() throws IOException {
        Invocation replay = replay(both(), "--try vertical:3/60s,unanswered=2 --try vertical:10/60s --try slow:40/1h");
        assertEquals(directory.resolve("file.pcap") + """
                : 36 packets, 19 new connections
                     RULE                         PAIRS  ORDINARY  SCANS  UNDECIDED
                  1  vertical:3/60s (current)         2         1      1          0
                  2  vertical:3/60s,unanswered=2      1         0      1          0
                  3  vertical:10/60s                  1         0      1          0
                  4  slow:40/1h                       0         0      0          0

                  The rules differ on 2 pairs:
                  SOURCE      DESTINATION  ANSWERED  REFUSED  SILENT  CLASS     FLAGGED BY
                  192.0.2.7   192.0.2.1           5        1       0  ordinary  1
                  192.0.2.66  192.0.2.1           1       10       1  scan      1, 2, 3
                """, replay.out());
        assertEquals("", replay.err());
        assertEquals(ExitCode.DONE, replay.exit());
    }

    @Test
    void jsonHoldsTheSame() throws IOException {
        Invocation replay = replay(both(), "--json --try vertical:3/60s,unanswered=2");
        assertEquals(
                "{\"file\":\"" + directory.resolve("file.pcap")
                        + "\",\"packets\":36,\"newConnections\":19,\"answers\":17,\"undecodable\":0,\"truncated\":false,"
                        + "\"rules\":[{\"rule\":\"vertical:3/60s\",\"inForce\":true,\"pairs\":2,\"ordinary\":1,\"scans\":1,"
                        + "\"undecided\":0,\"more\":0},"
                        + "{\"rule\":\"vertical:3/60s,unanswered=2\",\"inForce\":false,\"pairs\":1,\"ordinary\":0,\"scans\":1,"
                        + "\"undecided\":0,\"more\":0}],"
                        + "\"differing\":[{\"source\":\"192.0.2.7\",\"destination\":\"192.0.2.1\",\"port\":null,"
                        + "\"answered\":5,\"refused\":1,\"silent\":0,\"byAnswers\":\"ordinary\","
                        + "\"accusedBy\":[\"vertical:3/60s\"]}]}\n",
                replay.out());
    }

    @Test
    void withoutAnswersPairsAreUndecided() throws IOException {
        PcapBuilder pcap = new PcapBuilder();
        for (int port = 1; port <= 5; port++) {
            pcap.syn(port, SCANNER, HOST, port);
        }
        assertEquals(
                directory.resolve("file.pcap") + """
                : 5 packets, 5 new connections
                     RULE                      PAIRS  ORDINARY  SCANS  UNDECIDED
                  1  vertical:4/60s (current)      1         0      0          1
                  2  vertical:3/60s                1         0      0          1

                  All rules flag the same pairs.
                """,
                replay(pcap, "--ports 4 --try vertical:3/60s").out());
    }

    @Test
    void sweepIsAScanByItself() throws IOException {
        PcapBuilder pcap = new PcapBuilder().answered(0, CLIENT, HOST, 1);
        for (int host = 10; host < 14; host++) {
            pcap.refused(host, SCANNER, "192.0.2." + host, 23);
        }
        assertEquals(
                directory.resolve("file.pcap") + """
                : 10 packets, 5 new connections
                     RULE                      PAIRS  ORDINARY  SCANS  UNDECIDED
                  1  vertical:3/60s (current)      0         0      0          0
                  2  sweep:4/60s                   1         0      1          0

                  The rules differ on 1 pair:
                  SOURCE      DESTINATION      ANSWERED  REFUSED  SILENT  CLASS  FLAGGED BY
                  192.0.2.66  port 23 of many         -        -       -  scan   2
                """,
                replay(pcap, "--try sweep:4/60s").out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--try sweep:20/60s,unanswered=2 | Wrong --try: sweep and distributed always count unanswered ports alone",
                "--try slow:1/1h | Wrong --try: the number after slow: is 2 to 1000, not 1",
                "--explain 192.0.2.1 --try slow:20/1h | Wrong --explain: it can't be used together with --try",
            })
    void wrongUsageIsReported(String options, String message) throws IOException {
        Invocation replay = replay(new PcapBuilder(), options);
        assertEquals("tcptracker: " + message + "\nTry 'tcptracker replay --help'.\n", replay.err());
        assertEquals(ExitCode.USAGE, replay.exit());
    }

    @Test
    void currentRuleMayUseEvidenceToo() throws IOException {
        Invocation replay = replay(both(), "--rule vertical:3/60s,unanswered=2");
        assertEquals(1, replay.out().split("detected at", -1).length - 1, replay.out());
    }
}
