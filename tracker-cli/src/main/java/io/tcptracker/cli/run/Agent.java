package io.tcptracker.cli.run;

import io.tcptracker.capture.LiveCapture;
import io.tcptracker.cli.Main;
import io.tcptracker.cli.allow.LiveAllowList;
import io.tcptracker.cli.events.EventLog;
import io.tcptracker.cli.review.DryRunReview;
import io.tcptracker.core.Tracker;
import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.BanPolicy;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.scan.ScanPolicy;
import io.tcptracker.firewall.HostFirewall;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
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
 * A tracker on this host: the rooms wired together, from start to end. What can go wrong is opened before anything is
 * started; what was opened is closed in reverse.
 */
final class Agent {
    private static final Logger log = LoggerFactory.getLogger(Agent.class);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** A program that changes the firewall may hang for 5 s. Until it is dead, nobody else may change the firewall. */
    private static final Duration PATIENCE_WITH_PROGRAMS = Duration.ofSeconds(6);

    private final String device;
    private final Opener opener;
    private final List<ScanPolicy> scanPolicies;
    private final BanPolicy banPolicy;
    private final LiveAllowList hostAddresses;
    private final Optional<Blocking> blocking;
    private final InetSocketAddress listen;
    private final Function<OutputStream, EventLog> eventLog;
    /** Read by this thread, as to read it takes milliseconds: no scanner shall have so long. */
    private final AtomicReference<AllowList> allowList;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** What becomes of the bans when the tracker is stopped. */
    enum OnExit {
        FLUSH,
        KEEP
    }

    /** How scanners are blocked. */
    record Blocking(Variant variant, Protection protection, OnExit onExit) {}

    /** Opens what is to be watched. */
    @FunctionalInterface
    interface Opener {
        LiveCapture open() throws IOException;
    }

    Agent(
            String device,
            Opener opener,
            List<ScanPolicy> scanPolicies,
            BanPolicy banPolicy,
            LiveAllowList hostAddresses,
            Optional<Blocking> blocking,
            InetSocketAddress listen,
            Function<OutputStream, EventLog> eventLog) {
        this.device = device;
        this.opener = opener;
        this.scanPolicies = scanPolicies;
        this.banPolicy = banPolicy;
        this.hostAddresses = hostAddresses;
        allowList = new AtomicReference<>(hostAddresses.get());
        this.blocking = blocking;
        this.listen = listen;
        this.eventLog = eventLog;
    }

    /** Runs until the termination is asked for, or until something fails for good, which is thrown. */
    void run(Termination termination) throws IOException, InterruptedException {
        termination.hold();
        try (CloseStack closer = new CloseStack()) {
            LiveCapture capture = closer.add(opener.open());
            EventLog events = eventLog.apply(new FileOutputStream(FileDescriptor.out));
            start(closer, termination, "log", events::run, events::close, PATIENCE);
            Optional<DryRunReview> review =
                    blocking.isEmpty() ? Optional.of(new DryRunReview(scanPolicies)) : Optional.empty();
            // Closed when the capture and the guard have ended, and the log hasn't.
            closer.add(() -> review.ifPresent(each -> each.events().forEach(events::tell)));
            Optional<HostFirewall> host = firewall();
            Firewall firewall = host.isPresent() ? host.get() : Firewall.dryRun();
            EventCounters counters = new EventCounters();
            CaptureWatch watch = new CaptureWatch(capture::statistics, capture::lastLooked, System::nanoTime);
            Health health = new Health(() -> capture.blindness().or(watch::trouble));
            WarmUp rehearsal = new WarmUp(scanPolicies, allowList::get, eventLog);
            List<TrackerListener> listeners = new ArrayList<>(List.of(counters, health, events, rehearsal));
            review.ifPresent(listeners::add);
            Tracker tracker = new Tracker(
                    scanPolicies,
                    banPolicy,
                    allowList::get,
                    firewall,
                    System::nanoTime,
                    InstantSource.system(),
                    listeners);
            MetricsServer metrics = closer.add(MetricsServer.open(
                    listen,
                    Main.Version.number(),
                    counters,
                    new Gauges(
                            capture::statistics,
                            () -> capture.lastPacket().map(then -> Duration.between(then, Instant.now())),
                            () -> capture.lastLooked().map(then -> Duration.ofNanos(System.nanoTime() - then)),
                            tracker::detection,
                            tracker::sourcesBanned,
                            events::dropped),
                    health::trouble));
            // Only now that nothing else can be missing: whatever chain there is may still be another tracker's.
            OffenderFile offenders = new OffenderFile(OffenderFile.directory(System.getenv()), System::nanoTime);
            if (host.isPresent()) {
                closer.add(() -> offenders.save(tracker.offenders()));
                takeOver(closer, tracker, host.get(), offenders);
            }
            WorkerThread.Job guard = () -> {
                rehearsal.play(firewall);
                tracker.guard();
            };
            start(closer, termination, "firewall", guard, tracker::stop, PATIENCE_WITH_PROGRAMS);
            WorkerThread.Job read = () -> {
                try {
                    tracker.watch(review.isPresent() ? review.get().beside(capture) : capture);
                } finally {
                    health.captureEnded("the tracker is being stopped");
                    review.ifPresent(each -> each.end(tracker.detection().answers() > 0, Instant.now()));
                }
            };
            start(closer, termination, "capture", read, capture::close, PATIENCE);
            log.info("watching {} ({}); metrics on http:/{}/metrics", device, capture.description(), metrics.address());

            boolean byAnswers = scanPolicies.stream().anyMatch(ScanPolicy::goesByAnswers);
            AnswerWatch answers = new AnswerWatch(
                    () -> capture.statistics().received(),
                    () -> tracker.detection().answers());
            rehearsal.play();
            while (!termination.await(CHECK_EVERY)) {
                watch.check();
                if (byAnswers) {
                    answers.check();
                }
                allowList.set(hostAddresses.get());
                if (host.isPresent()) {
                    offenders.saveIfDue(tracker::offenders);
                }
            }
            // Before anything is closed, so that what then fails too doesn't hide it.
            rethrow(failure.get());
        }
        rethrow(failure.get());
    }

    private Optional<HostFirewall> firewall() throws IOException {
        if (blocking.isEmpty()) {
            log.info("dry run: nobody is blocked");
            return Optional.empty();
        }
        HostFirewall firewall =
                HostFirewall.open(blocking.get().variant(), blocking.get().protection());
        log.info("blocking with {}", firewall.description());
        for (String warning : firewall.warnings()) {
            log.warn("{}", warning);
        }
        return Optional.of(firewall);
    }

    private void takeOver(CloseStack closer, Tracker tracker, HostFirewall firewall, OffenderFile offenders)
            throws IOException {
        boolean keep = blocking.filter(how -> how.onExit() == OnExit.KEEP).isPresent();
        closer.add(keep ? firewall::leave : firewall);
        tracker.remember(offenders.load());
        int left = tracker.takeOver().size();
        if (left > 0) {
            log.info("{} of an earlier run {} on", left == 1 ? "1 ban" : left + " bans", left == 1 ? "goes" : "go");
        }
    }

    private void start(
            CloseStack closer,
            Termination termination,
            String name,
            WorkerThread.Job job,
            Runnable stop,
            Duration patience) {
        closer.add(WorkerThread.start(name, job, stop, patience, thrown -> {
            failure.compareAndSet(null, thrown);
            termination.ask();
        }));
    }

    private static void rethrow(@Nullable Throwable thrown) throws IOException {
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException("an error in this program: " + thrown, thrown);
        }
    }
}
