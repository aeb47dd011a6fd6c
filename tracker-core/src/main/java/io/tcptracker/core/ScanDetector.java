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
 * <p>Memory is bounded by {@link ScanPolicy#pairs}. Half of the room is for pairs that tried several ports, so that a
 * flood of forged sources, a packet each, doesn't push out one that is a few ports in. Within each half Caffeine's TinyLFU
 * keeps those seen most often.
 *
 * <p>Not threadsafe: one thread adds. Any thread may read {@link #pairsWatched}.
 */
public final class ScanDetector {
    private final ScanPolicy policy;
    /** Pairs that tried one port; with the second they move to {@link #several}, and stay there. */
    private final Cache<Pair, PortWindow> single;

    private final Cache<Pair, PortWindow> several;
    private long clock = Long.MIN_VALUE;

    public ScanDetector(ScanPolicy policy) {
        this.policy = policy;
        several = cache(policy.pairs() / 2);
        single = cache(policy.pairs() - policy.pairs() / 2);
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
    public Optional<Scan> add(Segment segment) {
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
        return single.estimatedSize() + several.estimatedSize();
    }

    private record Pair(IpAddress source, IpAddress destination) {}
}
