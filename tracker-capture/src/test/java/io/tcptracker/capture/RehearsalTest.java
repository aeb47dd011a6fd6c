package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.IpAddress;
import io.tcptracker.core.Prefix;
import io.tcptracker.core.ScanDetector;
import io.tcptracker.core.ScanPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    @Test
    void eachRunHasAScannerOfItsOwnThatThereCouldBe() {
        ScanDetector detector = new ScanDetector(ScanPolicy.DEFAULT);
        Rehearsal rehearsal = new Rehearsal(500);
        List<IpAddress> scanners = new ArrayList<>();
        for (int run = 1; run <= 50; run++) {
            rehearsal.run(detector.sink(scan -> scanners.add(scan.source())));
            assertEquals(run, scanners.size(), "scans in so many runs");
        }
        assertEquals(50, new HashSet<>(scanners).size(), "distinct scanners");
        assertTrue(scanners.stream().allMatch(Prefix.parse("10.0.0.0/8")::contains), scanners::toString);
        assertEquals(0, rehearsal.statistics().undecodableTotal());
    }
}
