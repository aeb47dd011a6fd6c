package io.tcptracker.cli.review;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.testing.Scans;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FlaggedPairsTest {
    private static final IpAddress SOURCE = IpAddress.parse("192.0.2.66");
    private static final IpAddress HOST = IpAddress.parse("192.0.2.1");
    private static final long SECOND = 1_000_000_000;
    private static final long START = 1_700_000_000 * SECOND;

    private final FlaggedPairs pairs = new FlaggedPairs(List.of(ScanPolicy.DEFAULT));
    private final PacketSource.Sink sink = pairs.beside(any -> {});

    private static Scan scan(IpAddress source, Integer... ports) {
        return Scans.of(source, HOST, Instant.ofEpochSecond(1_700_000_000), List.of(ports), false);
    }

    private void attempt(long time, int port) {
        sink.accept(new Segment(time, SOURCE, 40_000, HOST, port, Segment.SYN));
    }

    private void answer(long time, int port, int flags) {
        sink.accept(new Segment(time, HOST, port, SOURCE, 40_000, flags));
    }

    private ClassifiedPair only(boolean bothDirections) {
        List<ClassifiedPair> all = pairs.classify(bothDirections);
        assertEquals(1, all.size());
        return all.get(0);
    }

    @Test
    void answersAfterTheVerdictCount() {
        pairs.flag(0, scan(SOURCE, 1, 2, 3, 4));
        for (int port = 1; port <= 3; port++) {
            answer(START + port, port, Segment.SYN | Segment.ACK);
        }
        answer(START + 4, 4, Segment.RST);
        answer(START + 5, 1, Segment.RST); // the end of the connection
        sink.idle(START + 2 * SECOND);
        assertEquals(new PortCounts(3, 1, 0, 0), only(true).ports());
        assertEquals(Classification.ORDINARY, only(true).classification());
        assertEquals(Classification.UNDECIDED, only(false).classification());
    }

    @Test
    void pairWithPendingPortsIsUndecided() {
        pairs.flag(0, scan(SOURCE, 1, 2));
        sink.idle(START + SECOND / 2);
        assertEquals(Classification.UNDECIDED, only(true).classification());
        sink.idle(START + 3 * SECOND);
        assertEquals(new PortCounts(0, 0, 2, 0), only(true).ports());
        assertEquals(Classification.SCAN, only(true).classification());
    }

    @Test
    void tryingAPortAgainGivesItNoMoreTime() {
        pairs.flag(0, scan(SOURCE, 1, 2));
        attempt(START + SECOND, 1);
        attempt(START + SECOND, 2);
        sink.idle(START + 2 * SECOND + SECOND / 2);
        assertEquals(new PortCounts(0, 0, 2, 0), only(true).ports());
    }

    @Test
    void onlyTheSynOfAnOperatingSystemHasTwiceTheTime() {
        pairs.flag(0, scan(SOURCE, 1));
        attempt(START, 2);
        sink.accept(new Segment(START, SOURCE, 40_000, HOST, 3, Segment.SYN | Segment.OPTIONS));
        sink.idle(START + SECOND + SECOND / 2);
        assertEquals(new PortCounts(0, 0, 1, 2), only(true).ports());
    }

    @Test
    void portsTriedAfterTheVerdictCountOnce() {
        pairs.flag(0, scan(SOURCE, 1, 2));
        for (int port = 1; port <= 100; port++) {
            attempt(START + port, port);
            attempt(START + port, port);
        }
        sink.idle(Long.MAX_VALUE);
        assertEquals(new PortCounts(0, 0, 100, 0), only(true).ports());
    }

    @Test
    void pairsThatAreNotFlaggedAreNotHeld() {
        attempt(START, 1);
        sink.idle(START);
        assertEquals(List.of(), pairs.classify(true));
    }

    @Test
    void pairsBeyondTheBoundAreCounted() {
        for (int i = 0; i < FlaggedPairs.MOST_PAIRS + 5; i++) {
            pairs.flag(0, scan(IpAddress.v4(0x0a000000 + i), 1, 2, 3, 4));
        }
        assertEquals(FlaggedPairs.MOST_PAIRS, pairs.classify(true).size());
        assertEquals(5, pairs.more(0));
    }

    @Test
    void portsOfAllPairsTogetherAreBounded() {
        for (int i = 0; i < 10; i++) {
            IpAddress source = IpAddress.v4(0x0a000000 + i);
            pairs.flag(0, scan(source, 1, 2, 3, 4));
            for (int port = 0; port < 65_536; port++) {
                sink.accept(new Segment(START, source, 40_000, HOST, port, Segment.SYN));
            }
        }
        sink.idle(Long.MAX_VALUE);
        int ports = pairs.classify(true).stream()
                .mapToInt(each -> each.ports().silent())
                .sum();
        assertEquals(FlaggedPairs.MOST_PORTS, ports);
    }
}
