package io.tcptracker.cli.review;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.review.FlaggedPair.Nature;
import io.tcptracker.cli.review.FlaggedPairs.Standing;
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

    private final FlaggedPairs accusations = new FlaggedPairs(List.of(ScanPolicy.DEFAULT));
    private final PacketSource.Sink sink = accusations.beside(any -> {});

    private static Scan scan(IpAddress source, Integer... ports) {
        return Scans.of(source, HOST, Instant.ofEpochSecond(1_700_000_000), List.of(ports), false);
    }

    private void attempt(long time, int port) {
        sink.accept(new Segment(time, SOURCE, 40_000, HOST, port, Segment.SYN));
    }

    private void answer(long time, int port, int flags) {
        sink.accept(new Segment(time, HOST, port, SOURCE, 40_000, flags));
    }

    private Standing only(boolean bothDirections) {
        List<Standing> all = accusations.standings(bothDirections);
        assertEquals(1, all.size());
        return all.get(0);
    }

    @Test
    void answersThatComeAfterTheVerdictCount() {
        accusations.accuse(0, scan(SOURCE, 1, 2, 3, 4));
        for (int port = 1; port <= 3; port++) {
            answer(START + port, port, Segment.SYN | Segment.ACK);
        }
        answer(START + 4, 4, Segment.RST);
        answer(START + 5, 1, Segment.RST); // the end of the connection
        sink.idle(START + 2 * SECOND);
        assertEquals(new PortAnswers.Count(3, 1, 0, 0), only(true).count());
        assertEquals(Nature.ORDINARY, only(true).nature());
        assertEquals(Nature.UNDECIDED, only(false).nature());
    }

    @Test
    void whatMayStillBeAnsweredLeavesItUndecided() {
        accusations.accuse(0, scan(SOURCE, 1, 2));
        sink.idle(START + SECOND / 2);
        assertEquals(Nature.UNDECIDED, only(true).nature());
        sink.idle(START + 3 * SECOND);
        assertEquals(new PortAnswers.Count(0, 0, 2, 0), only(true).count());
        assertEquals(Nature.SCAN, only(true).nature());
    }

    @Test
    void portsThatAreTriedLaterCountOnce() {
        accusations.accuse(0, scan(SOURCE, 1, 2));
        for (int port = 1; port <= 100; port++) {
            attempt(START + port, port);
            attempt(START + port, port);
        }
        sink.idle(Long.MAX_VALUE);
        assertEquals(new PortAnswers.Count(0, 0, 100, 0), only(true).count());
    }

    @Test
    void whoWasNotAccusedIsNotHeld() {
        attempt(START, 1);
        sink.idle(START);
        assertEquals(List.of(), accusations.standings(true));
    }

    @Test
    void moreThanThereIsRoomForAreCounted() {
        for (int i = 0; i < FlaggedPairs.MOST_PAIRS + 5; i++) {
            accusations.accuse(0, scan(IpAddress.v4(0x0a000000 + i), 1, 2, 3, 4));
        }
        assertEquals(FlaggedPairs.MOST_PAIRS, accusations.standings(true).size());
        assertEquals(5, accusations.more(0));
    }

    @Test
    void portsOfAllPairsTogetherAreBounded() {
        for (int i = 0; i < 10; i++) {
            IpAddress source = IpAddress.v4(0x0a000000 + i);
            accusations.accuse(0, scan(source, 1, 2, 3, 4));
            for (int port = 0; port < 65_536; port++) {
                sink.accept(new Segment(START, source, 40_000, HOST, port, Segment.SYN));
            }
        }
        sink.idle(Long.MAX_VALUE);
        int ports = accusations.standings(true).stream()
                .mapToInt(each -> each.count().silent())
                .sum();
        assertEquals(FlaggedPairs.MOST_PORTS, ports);
    }
}
