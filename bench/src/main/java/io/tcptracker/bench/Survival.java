package io.tcptracker.bench;

import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.DetectorStatistics;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.reference.CaffeineScanDetector;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A count of how many of 50 scanners are found in a flood of spoofed sources, and how many of those on their fourth port. Time
 * is virtual. After the flood has filled the memory, each scanner tries a new port every gap, up to twelve.
 */
public final class Survival {
    private static final int SCANNERS = 50;
    private static final int PORTS = 12;
    private static final long SECOND = 1_000_000_000;

    private Survival() {}

    /** Takes two arguments: the ports that each spoofed source tries, 1 or 2; the longest gap in seconds. */
    public static void main(String[] arguments) {
        int ports = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
        int longest = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
        System.out.println("| detector | flood/s | gap | found | on the 4th port | reach, s | forgotten of several |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int gap : new int[] {1, 5, 10, 19}) {
            for (int rate : new int[] {1_000, 10_000, 100_000, 500_000}) {
                if (gap > longest) {
                    return;
                }
                for (int mebibytes : new int[] {12, 24, 48, 96}) {
                    ScanPolicy policy = ScanPolicy.forMemory(3, Duration.ofSeconds(60), (long) mebibytes << 20);
                    ScanDetector detector = new ScanDetector(policy);
                    String found = run(segment -> !detector.add(segment).isEmpty(), rate, gap, ports);
                    DetectorStatistics statistics = detector.statistics();
                    System.out.printf(
                            "| table, %d MiB | %d | %d s | %s | %.1f | %d |%n",
                            mebibytes,
                            rate,
                            gap,
                            found,
                            statistics.reach().toMillis() / 1e3,
                            statistics.forgottenAfterSeveralPorts());
                }
                if (rate <= 100_000) {
                    CaffeineScanDetector caffeine = new CaffeineScanDetector(ScanPolicy.DEFAULT, 100_000);
                    System.out.printf(
                            "| Caffeine, 100,000 pairs | %d | %d s | %s | - | - |%n",
                            rate, gap, run(segment -> caffeine.add(segment).isPresent(), rate, gap, ports));
                }
            }
        }
    }

    private static String run(Predicate<Segment> detector, int rate, int gap, int portsForged) {
        SplittableRandom random = new SplittableRandom(rate + gap);
        long warmUp = 25 * SECOND;
        long[] next = random.longs(SCANNERS, warmUp, warmUp + gap * SECOND).toArray();
        int[] tried = new int[SCANNERS];
        int found = 0;
        int onFourth = 0;
        long end = warmUp + (PORTS + 1L) * gap * SECOND;
        int forged = 0;
        for (long now = 0; now < end; now += SECOND / rate, forged++) {
            int source = forged / portsForged | 1 << 31;
            detector.test(Segment.v4(now, source, 40_000, 1, forged % portsForged, Segment.SYN));
            // Looking at all of them each time would take longer than the detector.
            for (int i = forged % 16; i < SCANNERS; i += 16) {
                if (next[i] <= now && tried[i] < PORTS) {
                    next[i] += gap * SECOND;
                    tried[i]++;
                    if (detector.test(Segment.v4(now, i, 40_000, 1, 100 + tried[i], Segment.SYN))) {
                        found++;
                        onFourth += tried[i] == 4 ? 1 : 0;
                        tried[i] = PORTS;
                    }
                }
            }
        }
        return found + " | " + onFourth;
    }
}
