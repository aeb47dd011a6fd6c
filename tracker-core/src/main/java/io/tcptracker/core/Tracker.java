package io.tcptracker.core;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BanLoop;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.ban.BanRecord;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.DetectorStatistics;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanDetector;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The flow from packets to bans, on two threads that the caller provides.
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
 * <p>The two share nothing but a bounded queue of scans, so the firewall never delays the capture. To detect without
 * banning, use {@link ScanDetector} alone.
 */
public final class Tracker {
    /** A scan takes many packets, so even a storm of scanners fills this slowly; it is some 2 MB at the most. */
    private static final int SCANS_QUEUED = 4_096;

    private final List<ScanPolicy> policies;
    private final DetectorSet detectors;
    private final BlockingQueue<BanLoop.Message> scans = new ArrayBlockingQueue<>(SCANS_QUEUED);
    private final BanLoop guard;
    private final TrackerListener listener;

    /**
     * Makes a tracker that does nothing yet.
     *
     * @param scanPolicies the rules, each with memory of its own
     * @param allowList read on the firewall's thread every few seconds and before each ban, so that it may change
     * @param firewall used by {@link #guard} alone, and not closed by it
     * @param ticker a monotonic clock in nanoseconds, by which bans end
     * @param clock the wall clock, which gives the age of bans that others have made
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
        detectors = new DetectorSet(policies);
        listener = new Listeners(List.copyOf(listeners));
        guard = new BanLoop(scans, banPolicy, allowList, firewall, ticker, clock, BanLoop.CHECK_EVERY, listener);
    }

    /**
     * Counts the new connections and detects the scans of a source, on the calling thread, until the source ends or is
     * closed.
     *
     * @throws PacketSource.CaptureException if the source can't be read, or not to its end
     */
    public void watch(PacketSource source) throws IOException {
        PacketSource.Sink detection =
                detectors.sink((scan, rule) -> report(scan, policies.get(rule).bans()));
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
     * Sets the firewall up and takes over the bans that an earlier run left in it; returns them. Call it before {@link
     * #guard}, or not at all if the firewall is known to be empty and set up.
     *
     * @throws Firewall.FirewallException if the firewall can't be read or changed
     */
    public List<Ban> takeOver() throws IOException {
        return guard.takeOver();
    }

    /** Adds to the ban history what an earlier run knew. May be called from any thread. */
    public void remember(Collection<BanRecord> offenders) {
        guard.history().add(offenders);
    }

    /** Returns the ban history: which sources were banned lately and how often; bounded. May be called from any thread. */
    public List<BanRecord> offenders() {
        return guard.history().all();
    }

    /** Bans scanners and ends bans, on the calling thread, until {@link #stop}. Call it once. */
    public void guard() {
        guard.run();
    }

    /** Lets {@link #guard} return once its present batch is done. May be called from any thread. */
    public void stop() {
        guard.stop();
    }

    /** Returns how full the memory of the detectors is, taken together. May be called from any thread. */
    public DetectorStatistics detection() {
        return detectors.statistics();
    }

    /** Returns how many sources are banned. May be called from any thread. */
    public int sourcesBanned() {
        return guard.banned();
    }
}
