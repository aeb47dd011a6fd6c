package io.tcptracker.cli.review;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pairs that rules have flagged as scans, with the port states up to the end: more than was known at the verdict. The
 * number of pairs is bounded, and the number of ports of all pairs together: some 20 MB at the most. Not threadsafe.
 */
public final class FlaggedPairs {
    static final int MOST_PAIRS = 10_000;
    static final int MOST_PORTS = 400_000;
    /** More segments than a detector collects in a batch. */
    private static final int HELD = 256;

    private final ScanPolicy policy;
    private final Map<Pair, FlaggedPair> flagged = new LinkedHashMap<>();
    private final long[] more;
    private final List<Segment> held = new ArrayList<>(HELD);
    private int ports;
    private long latest = Long.MIN_VALUE;
    private long end = Long.MIN_VALUE;

    /**
     * Makes a memory for the pairs that these rules flag.
     *
     * @param policies the rules, which have the answer timeout and the IPv6 prefix in common
     */
    public FlaggedPairs(List<ScanPolicy> policies) {
        policy = policies.get(0);
        more = new long[policies.size()];
    }

    /** Records a verdict of a rule. */
    public void flag(int rule, Scan scan) {
        Pair pair = Pair.of(scan);
        FlaggedPair one = flagged.get(pair);
        if (one == null) {
            if (flagged.size() == MOST_PAIRS) {
                more[rule]++;
                return;
            }
            one = new FlaggedPair(pair);
            flagged.put(pair, one);
        }
        if (pair.isSimple()) {
            long time = ChronoUnit.NANOS.between(Instant.EPOCH, scan.evidence().last());
            for (int port : scan.ports()) {
                // The verdict doesn't say how each port was tried, so each gets the longest time.
                attempt(one, port, time, Kind.CONNECT);
            }
        }
        one.flag(rule, scan);
    }

    private void attempt(FlaggedPair one, int port, long time, Kind kind) {
        int before = one.ports().size();
        long filteredAt = time + policy.filteredAfter(kind).toNanos();
        one.ports().attempt(port, filteredAt, time - policy.window().toNanos(), ports < MOST_PORTS);
        ports += one.ports().size() - before;
    }

    /** Returns a sink that shows segments to {@code detection} and then to these pairs. */
    public PacketSource.Sink beside(PacketSource.Sink detection) {
        return new PacketSource.Sink() {
            @Override
            public void accept(Segment segment) {
                detection.accept(segment);
                held.add(segment);
                if (held.size() == HELD) {
                    // A pair that is flagged after the first of these must be known before the others are read.
                    detection.idle(Long.MIN_VALUE);
                    readHeld();
                }
            }

            @Override
            public void idle(long until) {
                detection.idle(until);
                readHeld();
                end = Math.max(end, until);
            }
        };
    }

    private void readHeld() {
        for (Segment each : held) {
            latest = Math.max(latest, each.time());
            if (!flagged.isEmpty()) {
                read(each);
            }
        }
        held.clear();
    }

    private void read(Segment segment) {
        Kind kind = Kind.of(segment);
        if (segment.isAnswer()) {
            FlaggedPair one = find(segment.destination(), segment.source());
            if (one != null) {
                one.ports().answer(segment.sourcePort(), PortState.shownBy(segment));
            }
        } else if (kind != null) {
            FlaggedPair one = find(segment.source(), segment.destination());
            if (one != null) {
                attempt(one, segment.destinationPort(), segment.time(), kind);
            }
        }
    }

    private @Nullable FlaggedPair find(IpAddress source, IpAddress destination) {
        return flagged.get(Pair.of(policy.prefix(source), destination));
    }

    /** Returns all pairs with their classes, in the order in which they were flagged. */
    public List<ClassifiedPair> classify(boolean bothDirections) {
        // Without answers no port is filtered, as if no time had passed.
        long now = bothDirections ? Math.max(latest, end) : Long.MIN_VALUE;
        return flagged.values().stream()
                .map(each -> {
                    PortCounts counts = each.ports().count(now);
                    return new ClassifiedPair(each, counts, each.classification(bothDirections, counts));
                })
                .toList();
    }

    /** Returns how many verdicts by a rule are about further pairs, for which there was no room. */
    public long more(int rule) {
        return more[rule];
    }
}
