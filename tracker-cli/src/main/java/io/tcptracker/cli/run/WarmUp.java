package io.tcptracker.cli.run;

import io.tcptracker.capture.SyntheticFlood;
import io.tcptracker.cli.events.EventLog;
import io.tcptracker.core.Tracker;
import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.metrics.EventCounters;
import io.tcptracker.metrics.Health;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warm-up of the code at the start. A synthetic flood makes Java compile the code before a real flood or scan comes.
 * Otherwise a flood right after the start loses packets, and the first scanners are blocked some milliseconds later. The
 * first real scan, of which this is a listener, ends the warm-up.
 */
final class WarmUp implements TrackerListener {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    /** Enough for Java to compile all of the code with full optimisation, which takes about a second. */
    private static final int PACKETS = 400_000;

    private static final int ROUNDS = 800;
    private static final Duration WITH_FIREWALL = Duration.ofMillis(1500);
    private static final Prefix NO_SOURCE = Prefix.parse("0.0.0.0");

    private static final BansInForce NO_BANS = BansInForce.of(List.of());
    private static final Ban ENDED = new Ban(NO_SOURCE, Instant.EPOCH, Duration.ofSeconds(1));

    private static final BanPolicy ANY_SOURCE =
            new BanPolicy(Duration.ofHours(1), Duration.ofHours(1), 100_000, 100_000, false);

    private final List<ScanPolicy> scanPolicies;
    private final Supplier<AllowList> allowList;
    private final Function<OutputStream, EventLog> eventLog;
    private volatile boolean ended;

    WarmUp(List<ScanPolicy> scanPolicies, Supplier<AllowList> allowList, Function<OutputStream, EventLog> eventLog) {
        this.scanPolicies =
                scanPolicies.stream().map(each -> each.withMemory(1 << 20)).toList();
        this.allowList = allowList;
        this.eventLog = eventLog;
    }

    /** Feeds a flood with scanners in it to a second tracker, which is like the one that runs. */
    void play() throws IOException {
        EventLog discarded = eventLog.apply(OutputStream.nullOutputStream());
        Tracker tracker = new Tracker(
                scanPolicies,
                ANY_SOURCE,
                allowList,
                Firewall.dryRun(),
                System::nanoTime,
                InstantSource.system(),
                List.of(new EventCounters(), new Health(Optional::empty), discarded));
        // A loop that is stopped handles the scans found so far, and returns.
        tracker.stop();
        SyntheticFlood flood = new SyntheticFlood(PACKETS / ROUNDS);
        for (int round = 0; round < ROUNDS && !ended; round++) {
            tracker.watch(flood);
            tracker.guard();
        }
        discarded.close();
        discarded.run();
    }

    @Override
    public void scan(Scan scan) {
        ended = true;
    }

    /**
     * Adds and lifts a ban of 0.0.0.0 in the real firewall, for 1.5 s at most, on the thread that uses the firewall. No
     * host has this address, and the ban has ended already, so no traffic is affected.
     */
    void play(Firewall firewall) {
        long start = System.nanoTime();
        try {
            while (!ended && System.nanoTime() - start < WITH_FIREWALL.toNanos() && firewall.enforces()) {
                if (firewall.endsBans()) {
                    firewall.add(List.of(ENDED), NO_BANS);
                }
                firewall.lift(List.of(NO_SOURCE));
            }
        } catch (IOException e) {
            // The first real ban meets the same error, and reports it.
            log.debug("no warm-up of the firewall: {}", e.getMessage());
        }
    }
}
