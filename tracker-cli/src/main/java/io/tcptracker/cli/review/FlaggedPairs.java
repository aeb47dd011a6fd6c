package io.tcptracker.cli.review;

import io.tcptracker.cli.review.FlaggedPair.Nature;
import io.tcptracker.cli.review.PortAnswers.Count;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
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
 * Who was accused by which rule, and what the accused ports answer in the end, which is more than was known at the verdict.
 * So many pairs are held, and so many ports of all of them together, whatever arrives: some 20 MB at the most. Not
 * threadsafe.
 */
public final class FlaggedPairs {
    static final int MOST_PAIRS = 10_000;
    static final int MOST_PORTS = 400_000;
    /** More than detectors put off to deal with together. */
    private static final int HELD = 256;

    private final ScanPolicy policy;
    private final Map<Pair, FlaggedPair> accused = new LinkedHashMap<>();
    private final long[] more;
    private final List<Segment> held = new ArrayList<>(HELD);
    private int ports;
    private long latest = Long.MIN_VALUE;
    private long end = Long.MIN_VALUE;

    /**
     * A pair as it stands.
     *
     * @param count of ports; not of a sweep or of a distributed scan, which are scans by what isn't answered
     */
    public record Standing(FlaggedPair accused, Pair pair, Count count, Nature nature) {}

    /** @param policies the rules; they have the time for an answer and the IPv6 prefix in common */
    public FlaggedPairs(List<ScanPolicy> policies) {
        policy = policies.get(0);
        more = new long[policies.size()];
    }

    public void accuse(int rule, Scan scan) {
        Pair pair = Pair.of(scan);
        FlaggedPair one = accused.get(pair);
        if (one == null) {
            if (accused.size() == MOST_PAIRS) {
                more[rule]++;
                return;
            }
            one = new FlaggedPair(pair);
            accused.put(pair, one);
        }
        if (pair.isSimple()) {
            long time = nanos(scan);
            for (int port : scan.ports()) {
                attempt(one, port, time);
            }
        }
        one.accuse(rule, scan);
    }

    private static long nanos(Scan scan) {
        return ChronoUnit.NANOS.between(Instant.EPOCH, scan.evidence().last());
    }

    private void attempt(FlaggedPair one, int port, long time) {
        int before = one.ports().size();
        one.ports().attempt(port, time, ports < MOST_PORTS);
        ports += one.ports().size() - before;
    }

    /** What shows segments to {@code detection}, and then to this. */
    public PacketSource.Sink beside(PacketSource.Sink detection) {
        return new PacketSource.Sink() {
            @Override
            public void accept(Segment segment) {
                detection.accept(segment);
                held.add(segment);
                if (held.size() == HELD) {
                    // What is accused after the first of these must be known before they are looked at.
                    detection.idle(Long.MIN_VALUE);
                    look();
                }
            }

            @Override
            public void idle(long until) {
                detection.idle(until);
                look();
                end = Math.max(end, until);
            }
        };
    }

    private void look() {
        for (Segment each : held) {
            latest = Math.max(latest, each.time());
            if (!accused.isEmpty()) {
                look(each);
            }
        }
        held.clear();
    }

    private void look(Segment segment) {
        if (segment.isAnswer()) {
            FlaggedPair one = find(segment.destination(), segment.source());
            if (one != null) {
                boolean reset = (segment.flags() & Segment.RST) != 0;
                one.ports().answer(segment.sourcePort(), reset ? PortAnswers.REFUSED : PortAnswers.ANSWERED);
            }
        } else if (Kind.of(segment) != null) {
            FlaggedPair one = find(segment.source(), segment.destination());
            if (one != null) {
                attempt(one, segment.destinationPort(), segment.time());
            }
        }
    }

    private @Nullable FlaggedPair find(IpAddress source, IpAddress destination) {
        Prefix prefix = policy.prefix(source);
        return accused.get(Pair.of(prefix, destination));
    }

    /** All pairs, those accused first first. */
    public List<Standing> standings(boolean bothDirections) {
        long until = Math.max(latest, end);
        long silentBefore = until == Long.MAX_VALUE
                ? until
                : until - 2L * policy.answerTimeout().toNanos();
        return accused.values().stream()
                .map(each -> {
                    Count count = each.ports().count(bothDirections ? silentBefore : Long.MIN_VALUE);
                    return new Standing(each, each.pair(), count, each.nature(bothDirections, count));
                })
                .toList();
    }

    /** How many verdicts by a rule are on other pairs, for which there was no room. */
    public long more(int rule) {
        return more[rule];
    }
}
