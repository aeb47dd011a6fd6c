package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SyntheticFloodTest {
    @Test
    void eachRunHasAScannerOfItsOwnThatThereCouldBe() {
        ScanDetector detector = new ScanDetector(ScanPolicy.DEFAULT);
        SyntheticFlood rehearsal = new SyntheticFlood(500);
        List<IpAddress> scanners = new ArrayList<>();
        for (int run = 1; run <= 50; run++) {
            rehearsal.run(detector.sink(scan -> scanners.add(scan.source())));
            assertEquals(run, scanners.size(), "scans in so many runs");
        }
        assertEquals(50, new HashSet<>(scanners).size(), "distinct scanners");
        assertTrue(scanners.stream().allMatch(Prefix.parse("10.0.0.0/8")::contains), scanners::toString);
        assertEquals(0, rehearsal.statistics().undecodableTotal());
    }

    @Test
    void noSegmentComesThatShouldHaveBeenThere() {
        long[] told = {Long.MIN_VALUE, 0, 0};
        new SyntheticFlood(2_000).run(new PacketSource.Sink() {
            @Override
            public void accept(Segment segment) {
                told[1]++;
                told[2] += segment.time() < told[0] ? 1 : 0;
            }

            @Override
            public void idle(long until) {
                assertTrue(until >= told[0], "it goes back");
                told[0] = until;
            }
        });
        assertTrue(told[0] > 0, "never told");
        assertTrue(told[1] > 1_000, "hardly any segments");
        assertEquals(0, told[2]);
    }

    /** What it leaves out would be compiled only in the flood that it is to prepare for. */
    @Test
    void thereIsSomeOfAllThatAFloodBrings() {
        SyntheticFlood rehearsal = new SyntheticFlood(500);
        Set<String> kinds = new TreeSet<>();
        rehearsal.run(segment -> kinds.add((segment.source().isV4() ? "IPv4 " : "IPv6 ") + segment.flags()));
        Set<String> expected = new TreeSet<>();
        for (int flags : new int[] {Segment.SYN, Segment.SYN | Segment.ACK, Segment.RST | Segment.ACK}) {
            expected.addAll(List.of("IPv4 " + flags, "IPv4 " + (flags | Segment.OPTIONS)));
        }
        expected.addAll(List.of("IPv6 " + Segment.SYN, "IPv6 " + (Segment.SYN | Segment.OPTIONS)));
        assertEquals(expected, kinds);
    }
}
