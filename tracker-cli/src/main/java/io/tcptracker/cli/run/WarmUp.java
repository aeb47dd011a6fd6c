package io.tcptracker.cli.run;

import io.tcptracker.capture.SyntheticFlood;
import io.tcptracker.cli.events.EventLog;
import io.tcptracker.core.Tracker;
import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BanPolicy;
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
 * Has Java compile all that a flood and a scan take before there is one: else a flood that comes right after the start loses
 * packets, and the first scanners have some milliseconds more. It ends with the first real scan, if it is told.
 */
final class WarmUp implements TrackerListener {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    /** Enough for all of it to be compiled for good, within some second. */
    private static final int PACKETS = 400_000;

    private static final int SCENES = 800;
    private static final Duration WITH_FIREWALL = Duration.ofMillis(1500);
    private static final Prefix NOBODY = Prefix.parse("0.0.0.0");

    private static final Ban OVER = new Ban(NOBODY, Instant.EPOCH, Duration.ofSeconds(1));

    private static final BanPolicy EVERYBODY =
            new BanPolicy(Duration.ofHours(1), Duration.ofHours(1), 100_000, 100_000, false);

    private final List<ScanPolicy> scanPolicies;
    private final Supplier<AllowList> allowList;
    private final Function<OutputStream, EventLog> eventLog;
    private volatile boolean over;

    WarmUp(List<ScanPolicy> scanPolicies, Supplier<AllowList> allowList, Function<OutputStream, EventLog> eventLog) {
        this.scanPolicies =
                scanPolicies.stream().map(each -> each.withMemory(1 << 20)).toList();
        this.allowList = allowList;
        this.eventLog = eventLog;
    }

    /** Plays a flood with scanners in it to a tracker like the one that runs. */
    void play() throws IOException {
        EventLog nowhere = eventLog.apply(OutputStream.nullOutputStream());
        Tracker tracker = new Tracker(
                scanPolicies,
                EVERYBODY,
                allowList,
                Firewall.dryRun(),
                System::nanoTime,
                InstantSource.system(),
                List.of(new EventCounters(), new Health(Optional::empty), nowhere));
        // A guard that is stopped deals with what was found, and returns.
        tracker.stop();
        SyntheticFlood flood = new SyntheticFlood(PACKETS / SCENES);
        for (int scene = 0; scene < SCENES && !over; scene++) {
            tracker.watch(flood);
            tracker.guard();
        }
        nowhere.close();
        nowhere.run();
    }

    @Override
    public void scan(Scan scan) {
        over = true;
    }

    /** Puts up a ban that is over, of nobody, and lifts it, on the thread that uses the firewall. Nothing changes by that. */
    void play(Firewall firewall) {
        long start = System.nanoTime();
        try {
            while (!over && System.nanoTime() - start < WITH_FIREWALL.toNanos() && firewall.enforces()) {
                if (firewall.endsBans()) {
                    firewall.add(List.of(OVER));
                }
                firewall.lift(List.of(NOBODY));
            }
        } catch (IOException e) {
            // What is wrong will show, and be told, as soon as somebody is to be banned.
            log.debug("no rehearsal with the firewall: {}", e.getMessage());
        }
    }
}
