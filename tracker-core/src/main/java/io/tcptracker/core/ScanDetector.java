package io.tcptracker.core;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;

/**
 * Finds sources that try more ports of a destination than a policy allows, within a sliding window of capture time.
 *
 * <p>Its clock is the latest time of any attempt, and never goes back; an attempt older than that counts at its own time.
 * The same segments therefore lead to the same verdicts, live and from a file. A pair is reported when it becomes a scan,
 * and again as {@linkplain Scan#ongoing() ongoing} once a window while it remains one; after a pair has been quiet for
 * longer than a window it starts afresh.
 *
 * <p>Memory is bounded by {@link ScanPolicy#pairs}. When there are more pairs, Caffeine's TinyLFU keeps those seen most
 * often, so that a flood of sources seen once doesn't push out one that keeps coming back.
 *
 * <p>Not threadsafe: one thread adds. Any thread may read {@link #pairsWatched}.
 */
public final class ScanDetector {
    private final ScanPolicy policy;
    private final Cache<Pair, PortWindow> pairs;
    private long clock = Long.MIN_VALUE;

    public ScanDetector(ScanPolicy policy) {
        this.policy = policy;
        pairs = Caffeine.newBuilder()
                .maximumSize(policy.pairs())
                // To free memory only: PortWindow forgets to the nanosecond, Caffeine up to a second early.
                .expireAfterAccess(policy.window().plusSeconds(2))
                .ticker(() -> clock)
                .executor(Runnable::run)
                .build();
    }

    /** Takes note of a segment, and tells if it makes its pair a scan. What is no connection attempt is passed over. */
    public Optional<Scan> add(Segment segment) {
        if (!segment.isAttempt()) {
            return Optional.empty();
        }
        clock = Math.max(clock, segment.time());
        PortWindow window =
                pairs.get(new Pair(segment.source(), segment.destination()), pair -> new PortWindow(policy));
        return switch (window.attempt(segment.destinationPort(), segment.time(), clock)) {
            case NO_SCAN -> Optional.empty();
            case SCAN -> Optional.of(scan(segment, window, false));
            case SCAN_GOES_ON -> Optional.of(scan(segment, window, true));
        };
    }

    private static Scan scan(Segment segment, PortWindow window, boolean ongoing) {
        return new Scan(
                segment.source(),
                segment.destination(),
                segment.instant(),
                window.portsWithin(segment.time()),
                ongoing);
    }

    /** About how many pairs are being watched; those that have been quiet for a window may be among them. */
    public long pairsWatched() {
        return pairs.estimatedSize();
    }

    private record Pair(IpAddress source, IpAddress destination) {}
}
