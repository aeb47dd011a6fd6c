package io.tcptracker.cli.run;

import io.tcptracker.capture.LiveCapture;
import io.tcptracker.cli.allow.LiveAllowList;
import io.tcptracker.cli.events.EventLog;
import io.tcptracker.cli.events.ScanFormat;
import io.tcptracker.cli.options.FirewallOptions;
import io.tcptracker.cli.review.DryRunReview;
import io.tcptracker.core.Tracker;
import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.firewall.FirewallWarning;
import io.tcptracker.firewall.HostFirewall;
import io.tcptracker.metrics.EventCounters;
import io.tcptracker.metrics.Gauges;
import io.tcptracker.metrics.Health;
import io.tcptracker.metrics.MetricsServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tracker on this host: capture, detection, firewall, events and metrics wired together. Everything that can be missing is
 * opened before anything takes effect, and is closed in reverse.
 */
final class Agent {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Longer than the 5 s after which a program that changes the firewall is killed: two at once would collide. */
    private static final Duration PATIENCE_WITH_PROGRAMS = Duration.ofSeconds(6);

    /** The device to watch, and the means to open it. */
    record Watched(String device, Opener opener) {}

    /** A way to open the device. */
    @FunctionalInterface
    interface Opener {
        LiveCapture open() throws IOException;
    }

    /** The places to which the tracker reports, and the version that it reports there. */
    record Reporting(Function<OutputStream, EventLog> eventLog, InetSocketAddress listen, String version) {}

    private final Watched watched;
    private final List<ScanPolicy> scanPolicies;
    private final Blocking blocking;
    private final LiveAllowList liveAllowList;
    private final Reporting reporting;
    /** Renewed by the main thread: a renewal takes milliseconds, which the firewall thread must not lose. */
    private final AtomicReference<AllowList> allowList;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Agent(
            Watched watched,
            List<ScanPolicy> scanPolicies,
            Blocking blocking,
            LiveAllowList liveAllowList,
            Reporting reporting) {
        this.watched = watched;
        this.scanPolicies = scanPolicies;
        this.blocking = blocking;
        this.liveAllowList = liveAllowList;
        this.reporting = reporting;
        allowList = new AtomicReference<>(liveAllowList.get());
    }

    /** Runs until the termination is asked for, or until a failure for good, which is thrown. */
    void run(Termination termination) throws IOException, InterruptedException {
        termination.hold();
        try (CloseStack closer = new CloseStack()) {
            Parts parts = new Parts(termination, closer);
            parts.start();
            while (!termination.await(CHECK_EVERY)) {
                parts.check();
            }
            // Before anything is closed: a failure to close must not hide this one.
            rethrow(failure.get());
        }
        rethrow(failure.get());
    }

    private static void rethrow(@Nullable Throwable thrown) throws IOException {
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException("an error in this program: " + thrown, thrown);
        }
    }

    /** The parts of the tracker while it runs. Each is closed by the stack. */
    private final class Parts {
        private final Termination termination;
        private final CloseStack closer;
        private final LiveCapture capture;
        private final EventLog events;
        private final Optional<DryRunReview> review;
        private final Optional<HostFirewall> host;
        private final Firewall firewall;
        private final CaptureMonitor monitor;
        private final Health health;
        private final EventCounters counters = new EventCounters();
        private final WarmUp warmUp = new WarmUp(scanPolicies, allowList::get, reporting.eventLog());
        private final Tracker tracker;
        private final OffenderFile history =
                new OffenderFile(OffenderFile.directory(System.getenv()), System::nanoTime);

        /** Opens what can be missing. Of this only the log runs already. */
        Parts(Termination termination, CloseStack closer) throws IOException {
            this.termination = termination;
            this.closer = closer;
            capture = closer.add(watched.opener().open());
            events = reporting.eventLog().apply(new FileOutputStream(FileDescriptor.out));
            thread("log", events::run, events::close, PATIENCE);
            review = blocking.enforcement().isEmpty() ? Optional.of(new DryRunReview(scanPolicies)) : Optional.empty();
            // Closed after the capture and the firewall, and before the log.
            closer.add(() -> review.ifPresent(each -> each.events().forEach(events::report)));
            host = openFirewall();
            firewall = host.isPresent() ? host.get() : Firewall.dryRun();
            monitor = new CaptureMonitor(capture::statistics, capture::lastPoll, this::answers, System::nanoTime);
            health = new Health(() -> capture.blindness().or(monitor::trouble));
            List<TrackerListener> listeners = new ArrayList<>(List.of(counters, health, events, warmUp));
            review.ifPresent(listeners::add);
            tracker = new Tracker(
                    scanPolicies,
                    blocking.policy(),
                    allowList::get,
                    firewall,
                    System::nanoTime,
                    InstantSource.system(),
                    listeners);
        }

        private Optional<HostFirewall> openFirewall() throws IOException {
            if (blocking.enforcement().isEmpty()) {
                log.info("dry run: no source is blocked");
                return Optional.empty();
            }
            Blocking.Enforcement how = blocking.enforcement().get();
            HostFirewall opened = HostFirewall.open(how.variant(), how.protection());
            log.info("blocking with {}", opened.description());
            for (FirewallWarning warning : opened.warnings()) {
                String advice = FirewallOptions.advice(warning.kind());
                if (!advice.isEmpty()) {
                    log.warn("{}: {}", warning.text(), advice);
                }
            }
            return Optional.of(opened);
        }

        /** Returns how many answers were seen. They matter only to a rule that uses evidence. */
        private long answers() {
            return scanPolicies.stream().anyMatch(ScanPolicy::usesEvidence)
                    ? tracker.detection().answers()
                    : 1;
        }

        /** Starts the threads, after the last thing that can be missing. */
        void start() throws IOException {
            MetricsServer metrics = closer.add(openMetrics());
            // Not earlier: until here, a chain that exists may belong to another tracker.
            if (host.isPresent()) {
                closer.add(() -> history.save(tracker.offenders()));
                takeOver(host.get());
            }
            thread("firewall", this::block, tracker::stop, PATIENCE_WITH_PROGRAMS);
            thread("capture", this::watch, capture::close, PATIENCE);
            log.info(
                    "watching {} ({}); metrics on http:/{}/metrics",
                    watched.device(),
                    capture.description(),
                    metrics.address());
            warmUp.play();
        }

        private MetricsServer openMetrics() throws IOException {
            Gauges gauges = new Gauges(
                    capture::statistics,
                    () -> capture.lastPacket().map(then -> Duration.between(then, Instant.now())),
                    () -> capture.lastPoll().map(then -> Duration.ofNanos(System.nanoTime() - then)),
                    tracker::detection,
                    tracker::sourcesBanned,
                    events::dropped);
            return MetricsServer.open(reporting.listen(), reporting.version(), counters, gauges, health::trouble);
        }

        private void takeOver(HostFirewall kept) throws IOException {
            boolean keep = blocking.enforcement()
                    .filter(how -> how.onExit() == Blocking.OnExit.KEEP)
                    .isPresent();
            closer.add(keep ? kept::leave : kept);
            tracker.remember(history.load());
            int left = tracker.takeOver().size();
            if (left > 0) {
                log.info("took over {} from an earlier run", ScanFormat.count(left, "ban"));
            }
        }

        private void block() throws Exception {
            warmUp.play(firewall);
            tracker.guard();
        }

        private void watch() throws IOException {
            try {
                tracker.watch(review.isPresent() ? review.get().beside(capture) : capture);
            } finally {
                health.captureEnded("the tracker is being stopped");
                review.ifPresent(each -> each.end(tracker.detection().answers() > 0, Instant.now()));
            }
        }

        private void thread(String name, NamedThread.Job job, Runnable stop, Duration patience) {
            closer.add(NamedThread.start(name, job, stop, patience, thrown -> {
                failure.compareAndSet(null, thrown);
                termination.ask();
            }));
        }

        /** Does what the main thread does now and then. */
        void check() {
            monitor.check();
            allowList.set(liveAllowList.get());
            if (host.isPresent()) {
                history.saveIfDue(tracker::offenders);
            }
        }
    }
}
