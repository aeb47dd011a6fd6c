package io.tcptracker.reference;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The detector on two Caffeine caches that the table took the place of, to compare verdicts and speed with. Of {@code
 * pairs} each cache holds half.
 */
public final class CaffeineScanDetector {
    private final ScanPolicy policy;
    /** Pairs that tried one port; with the second they move to {@link #several}, and stay there. */
    private final Cache<Pair, PortWindow> single;

    private final Cache<Pair, PortWindow> several;
    private long clock = Long.MIN_VALUE;

    public CaffeineScanDetector(ScanPolicy policy, int pairs) {
        this.policy = policy;
        several = cache(pairs / 2);
        single = cache(pairs - pairs / 2);
    }

    private Cache<Pair, PortWindow> cache(int most) {
        return Caffeine.newBuilder()
                .maximumSize(most)
                // To free memory only: PortWindow forgets to the nanosecond, Caffeine up to a second early.
                .expireAfterAccess(policy.window().plusSeconds(2))
                .ticker(() -> clock)
                .executor(Runnable::run)
                .build();
    }

    /** Takes note of a segment, and tells if it makes its pair a scan. What is no connection attempt is passed over. */
    public Optional<Verdict> add(Segment segment) {
        if (!segment.isAttempt()) {
            return Optional.empty();
        }
        clock = Math.max(clock, segment.time());
        Pair pair = new Pair(segment.source(), segment.destination());
        PortWindow window = several.getIfPresent(pair);
        boolean known = window != null;
        if (window == null) {
            window = single.get(pair, any -> new PortWindow(policy));
        }
        PortWindow.Verdict verdict = window.attempt(segment.destinationPort(), segment.time(), clock);
        if (!known && window.hasSeveralPorts()) {
            single.invalidate(pair);
            several.put(pair, window);
        }
        return switch (verdict) {
            case NO_SCAN -> Optional.empty();
            case SCAN -> Optional.of(scan(segment, window, false));
            case SCAN_GOES_ON -> Optional.of(scan(segment, window, true));
        };
    }

    private static Verdict scan(Segment segment, PortWindow window, boolean ongoing) {
        return new Verdict(
                segment.source(),
                segment.destination(),
                segment.instant(),
                window.portsWithin(segment.time()),
                ongoing);
    }

    /** About how many pairs are being watched; those that have been quiet for a window may be among them. */
    public long pairsWatched() {
        return single.estimatedSize() + several.estimatedSize();
    }

    /** What is told of a scan, without the evidence. */
    public record Verdict(
            IpAddress source, IpAddress destination, Instant detectedAt, List<Integer> ports, boolean ongoing) {
        public static Verdict of(Scan scan) {
            return new Verdict(scan.source(), scan.destination(), scan.detectedAt(), scan.ports(), scan.ongoing());
        }
    }

    private record Pair(IpAddress source, IpAddress destination) {}
}
