package io.tcptracker.core;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BanLoop;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.ban.BanRecord;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The flow from packets to bans, on two threads that the caller provides:
 *
 * <pre>{@code
 * Tracker tracker = new Tracker(
 *         List.of(scanPolicy), banPolicy, allowList, firewall, System::nanoTime, InstantSource.system(), listeners);
 * tracker.takeOver();    // the bans of an earlier run go on
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

    private final List<ScanPolicy> policies;
    private final List<ScanDetector> detectors;
    private final BlockingQueue<BanLoop.Message> scans = new ArrayBlockingQueue<>(SCANS_QUEUED);
    private final BanLoop guard;
    private final TrackerListener listener;

    /**
     * @param scanPolicies each is judged by itself, in memory of its own
     * @param allowList asked on the firewall's thread every few seconds and each time that something is to be banned, so
     *     that it may change
     * @param firewall is used by {@link #guard} alone, and not closed by it
     * @param ticker a monotonic clock in nanoseconds, by which bans end
     * @param clock the wall clock, by which the age is told of bans that somebody else put up
     */
    public Tracker(
            Collection<ScanPolicy> scanPolicies,
            BanPolicy banPolicy,
            Supplier<AllowList> allowList,
            Firewall firewall,
            LongSupplier ticker,
            InstantSource clock,
            Collection<? extends TrackerListener> listeners) {
        policies = List.copyOf(scanPolicies);
        detectors = policies.stream().map(ScanDetector::new).toList();
        listener = new Listeners(listeners);
        guard = new BanLoop(scans, banPolicy, allowList, firewall, ticker, clock, BanLoop.CHECK_EVERY, listener);
    }

    /**
     * Counts and detects what {@code source} delivers, on the calling thread, until it ends or is closed.
     *
     * @throws PacketSource.CaptureException if the source can't be read, or not to its end
     */
    public void watch(PacketSource source) throws IOException {
        List<PacketSource.Sink> sinks = new ArrayList<>();
        for (int i = 0; i < policies.size(); i++) {
            boolean bans = policies.get(i).bans();
            sinks.add(detectors.get(i).sink(scan -> report(scan, bans)));
        }
        PacketSource.Sink detection = PacketSource.Sink.all(sinks);
        source.run(new PacketSource.Sink() {
            @Override
            public void accept(Segment segment) {
                if (segment.isAttempt()) {
                    listener.attempt(segment);
                }
                detection.accept(segment);
            }

            @Override
            public void idle(long until) {
                detection.idle(until);
            }
        });
    }

    private void report(Scan scan, boolean bans) {
        if (!scan.ongoing()) {
            listener.scan(scan);
        }
        if (bans && !scans.offer(new BanLoop.Found(scan))) {
            listener.scanDropped(scan);
        }
    }

    /**
     * Puts up what is missing in the firewall, and takes over the bans that an earlier run left in it; returns them. Call it
     * before {@link #guard}, or not at all if the firewall is known to be empty and up.
     *
     * @throws Firewall.FirewallException if it can't be done
     */
    public List<Ban> takeOver() throws IOException {
        return guard.takeOver();
    }

    /** Goes by what an earlier run knew of who was banned how often. May be called from any thread. */
    public void remember(Collection<BanRecord> offenders) {
        guard.history().add(offenders);
    }

    /** Who was banned how often, lately; bounded. May be called from any thread. */
    public List<BanRecord> offenders() {
        return guard.history().all();
    }

    /** Bans scanners and ends bans, on the calling thread, until {@link #stop}. Call it once. */
    public void guard() {
        guard.run();
    }

    /** Lets {@link #guard} return once what it is doing is done. May be called from any thread. */
    public void stop() {
        guard.stop();
    }

    /** How full the memory of the detectors is, taken together. May be called from any thread. */
    public ScanDetector.Statistics detection() {
        return detectors.stream()
                .map(ScanDetector::statistics)
                .reduce(ScanDetector.Statistics::plus)
                .orElseThrow();
    }

    /** How many sources are banned. May be called from any thread. */
    public int sourcesBanned() {
        return guard.banned();
    }
}
