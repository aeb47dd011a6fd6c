package io.tcptracker.bench;

import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.reference.CaffeineScanDetector;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A benchmark of one attempt with its segment. In "hot", a thousand sources try three ports each. In "flood", each attempt is
 * of a new source, 100,000 a second, and the structure is full.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx256m"})
public class DetectorBenchmark {
    /** The table takes attempts in batches, as live and from a file, or one by one. */
    @Param({"table", "table-singly", "caffeine"})
    public String detector = "";

    private final SplittableRandom random = new SplittableRandom(1);
    private Consumer<Segment> add = any -> {};
    private long scans;
    private long time;
    private int count;

    @Setup
    public void setUp() {
        ScanDetector table = new ScanDetector(ScanPolicy.DEFAULT);
        CaffeineScanDetector caffeine = new CaffeineScanDetector(ScanPolicy.DEFAULT, 100_000);
        PacketSource.Sink batches = table.sink(scan -> scans++);
        add = switch (detector) {
            case "table" -> batches::accept;
            case "table-singly" -> segment -> table.add(segment).forEach(scan -> scans++);
            default -> segment -> caffeine.add(segment).ifPresent(scan -> scans++);
        };
        for (int i = 0; i < 6_000_000; i++) {
            flood();
        }
    }

    @Benchmark
    public long flood() {
        time += 10_000;
        add.accept(Segment.v4(time, random.nextInt(), 40_000, 1, 80, Segment.SYN));
        return scans;
    }

    @Benchmark
    public long floodV6() {
        time += 10_000;
        add.accept(
                new Segment(time, 0x20010db8L << 32, random.nextLong(), 40_000, 0x20010db8L << 32, 1, 80, Segment.SYN));
        return scans;
    }

    /** Measures sources that try two ports each, so that they move to the pairs with several ports. */
    @Benchmark
    public long floodOfTwoPorts() {
        time += 10_000;
        count++;
        add.accept(Segment.v4(time, count >> 1, 40_000, 1, count & 1, Segment.SYN));
        return scans;
    }

    @Benchmark
    public long hot() {
        time += 10_000;
        count++;
        int source = random.nextInt(1_000);
        add.accept(Segment.v4(time, source, 40_000, 1, count % 3, Segment.SYN));
        return scans;
    }

    /** Measures what the others measure besides the detector. */
    @Benchmark
    public Segment segmentAlone() {
        time += 10_000;
        return Segment.v4(time, random.nextInt(), 40_000, 1, 80, Segment.SYN);
    }
}
