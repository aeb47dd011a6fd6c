package io.tcptracker.core;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The flow from packets to bans, on two threads that the caller provides:
 *
 * <pre>{@code
 * Tracker tracker = new Tracker(scanPolicy, banPolicy, allowList, firewall, System::nanoTime, listeners);
 * firewallThread = start(tracker::guard);
 * tracker.watch(source); // until the source ends or is closed
 * tracker.stop();        // guard returns; the bans remain until the firewall is closed
 * }</pre>
 *
 * <p>The two share nothing but a bounded queue of scans: what happens in the firewall never delays the capture. To
 * detect without banning, use {@link ScanDetector} alone.
 */
public final class Tracker {
    /** A scan takes many packets, so even a storm of scanners fills this slowly; it is some 2 MB at the most. */
    private static final int SCANS_QUEUED = 4_096;

    private final ScanDetector detector;
    private final BlockingQueue<Guard.Message> scans = new ArrayBlockingQueue<>(SCANS_QUEUED);
    private final Guard guard;
    private final TrackerListener listener;

    /**
     * @param allowList asked on the firewall's thread each time that something is to be banned, so that it may change
     * @param firewall is used by {@link #guard} alone, and not closed by it
     * @param ticker a monotonic clock in nanoseconds, by which bans end
     */
    public Tracker(
            ScanPolicy scanPolicy,
            BanPolicy banPolicy,
            Supplier<AllowList> allowList,
            Firewall firewall,
            LongSupplier ticker,
            Collection<? extends TrackerListener> listeners) {
        detector = new ScanDetector(scanPolicy);
        listener = new Listeners(listeners);
        guard = new Guard(scans, banPolicy, allowList, firewall, ticker, listener);
    }

    /**
     * Counts and detects what {@code source} delivers, on the calling thread, until it ends or is closed.
     *
     * @throws PacketSource.CaptureException if the source can't be read, or not to its end
     */
    public void watch(PacketSource source) throws IOException {
        PacketSource.Sink detection = detector.sink(this::report);
        source.run(new PacketSource.Sink() {
            @Override
            public void accept(Segment segment) {
                if (segment.isAttempt()) {
                    listener.attempt(segment);
                    detection.accept(segment);
                }
            }

            @Override
            public void idle() {
                detection.idle();
            }
        });
    }

    private void report(Scan scan) {
        if (!scan.ongoing()) {
            listener.scan(scan);
        }
        if (!scans.offer(new Guard.Found(scan))) {
            listener.scanDropped(scan);
        }
    }

    /** Bans scanners and ends bans, on the calling thread, until {@link #stop}. Call it once. */
    public void guard() {
        guard.run();
    }

    /** Lets {@link #guard} return once what it is doing is done. May be called from any thread. */
    public void stop() {
        guard.stop();
    }

    /** How full the detector's memory is. May be called from any thread. */
    public ScanDetector.Statistics detection() {
        return detector.statistics();
    }

    /** How many sources are banned. May be called from any thread. */
    public int sourcesBanned() {
        return guard.banned();
    }
}
