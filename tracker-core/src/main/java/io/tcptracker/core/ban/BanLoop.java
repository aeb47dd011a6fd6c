package io.tcptracker.core.ban;

import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.SpecialAddresses;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides whom to ban and for how long, and ends bans.
 *
 * <p>Confined to the thread that calls {@link #run}, but for {@link #stop}, {@link #banned} and {@link #offenders}.
 */
public final class BanLoop {
    /** With a firewall that doesn't end bans by itself, those that end within this are lifted together. */
    private static final long ENDED_TOGETHER = Duration.ofSeconds(1).toNanos();
    /** So long a foreign change may last, less the time that it takes to repair it. */
    public static final long CHECK_EVERY = Duration.ofSeconds(4).toNanos();

    public sealed interface Message {}

    public record Found(Scan scan) implements Message {}

    /** Only wakes the guard up, to see that it is to stop or that others changed the firewall. */
    private enum Wake implements Message {
        UP
    }

    private final BlockingQueue<Message> queue;
    private final BanPolicy policy;
    private final Supplier<AllowList> allowList;
    private final LongSupplier ticker;
    private final TrackerListener listener;
    private final BanLedger wanted = new BanLedger();
    private final FirewallSync enforcer;
    private final BanHistory offenders;
    private final BanBudget budget;
    private final int most;

    private long overBudget;
    private long endAgainAt;
    private AllowList allowed = AllowList.of(List.of());
    private volatile boolean stopped;

    public BanLoop(
            BlockingQueue<Message> queue,
            BanPolicy policy,
            Supplier<AllowList> allowList,
            Firewall firewall,
            LongSupplier ticker,
            InstantSource clock,
            long checkEvery,
            TrackerListener listener) {
        this.queue = queue;
        this.policy = policy;
        this.allowList = allowList;
        this.ticker = ticker;
        this.listener = listener;
        enforcer = new FirewallSync(firewall, wanted, ticker, clock, checkEvery, listener);
        offenders = new BanHistory(policy.longest());
        budget = new BanBudget(policy.perMinute(), ticker.getAsLong());
        most = Math.min(policy.most(), firewall.capacity());
        endAgainAt = ticker.getAsLong();
    }

    public List<Ban> takeOver() throws IOException {
        allowed = allowList.get();
        List<Ban> left = enforcer.takeOver(allowed);
        left.forEach(offenders::banned);
        return left;
    }

    public void run() {
        enforcer.listen(this::wake);
        boolean last;
        do {
            // What was found before the stop is still dealt with: a capture file may end before the guard looks.
            last = stopped;
            List<Message> batch = await();
            // First, so that a scan that goes on as its ban ends is banned anew instead of taken for banned.
            end();
            allow();
            forgive();
            batch.forEach(this::decide);
            enforcer.enforce(allowed);
            // Last, as it takes programs that nobody who was just found shall have time for.
            enforcer.check(allowed);
        } while (!last);
    }

    public void stop() {
        stopped = true;
        wake();
    }

    private void wake() {
        // If there is no room for it, the guard has something to wake up for anyway.
        queue.offer(Wake.UP);
    }

    public int banned() {
        return enforcer.banned();
    }

    public BanHistory offenders() {
        return offenders;
    }

    /** What waits, as soon as something does; nothing when a ban ends or there is something else to do. */
    private List<Message> await() {
        List<Message> batch = new ArrayList<>();
        try {
            Message first = stopped ? queue.poll() : queue.poll(nextTask(), TimeUnit.NANOSECONDS);
            if (first != null) {
                batch.add(first);
                queue.drainTo(batch);
            }
        } catch (InterruptedException e) {
            stopped = true;
        }
        return batch;
    }

    private long nextTask() {
        long now = ticker.getAsLong();
        long end = wanted.untilNextEnd(now);
        if (end != WantedBan.FOREVER && enforcer.liftsInBulk()) {
            end = Math.max(end, endAgainAt - now);
        }
        return Math.min(Math.max(0, end), enforcer.untilNextTask(now));
    }

    private void end() {
        long now = ticker.getAsLong();
        if (enforcer.liftsInBulk() && endAgainAt - now > 0) {
            return;
        }
        Collection<WantedBan> over = wanted.takeOutEnded(now);
        if (!over.isEmpty()) {
            endAgainAt = now + ENDED_TOGETHER;
            enforcer.end(over, false);
        }
    }

    /** Lifts the bans of those that have come to be allowed. */
    private void allow() {
        AllowList before = allowed;
        allowed = allowList.get();
        if (!allowed.equals(before)) {
            enforcer.end(
                    wanted.takeOut(
                            each -> allowed.overlapping(each.ban().source()).isPresent()),
                    true);
        }
    }

    private void decide(Message message) {
        if (message instanceof Found found) {
            decide(found.scan());
        }
    }

    private void decide(Scan scan) {
        Optional<WantedBan> former = wanted.covering(scan.source());
        if (former.isPresent()) {
            if (policy.renew() && scan.ongoing()) {
                renew(former.get().ban(), scan);
            }
            return;
        }
        if (SpecialAddresses.is(scan.source()) || isHearsay(scan)) {
            listener.refused(scan, NotBannedReason.FORGED);
            return;
        }
        Optional<Prefix> covering = allowed.covering(scan.source());
        if (covering.isPresent()) {
            if (!scan.ongoing()) {
                listener.spared(scan, covering.get());
            }
            return;
        }
        Optional<AllowList.Entry> inNetwork = allowed.overlapping(scan.prefix());
        if (inNetwork.isPresent() && scan.addresses() > 1) {
            // Neither can the network be banned, nor can it be told who of it is the scanner.
            if (!scan.ongoing()) {
                listener.spared(scan, inNetwork.get().prefix());
            }
            return;
        }
        if (wanted.size() >= most) {
            listener.refused(scan, NotBannedReason.FULL);
            return;
        }
        if (!budget.take(ticker.getAsLong())) {
            if (overBudget++ == 0) {
                listener.budgetSpent();
            }
            listener.refused(scan, NotBannedReason.OVER_BUDGET);
            return;
        }
        Prefix source = inNetwork.isPresent() ? Prefix.of(scan.source()) : scan.prefix();
        int count = offenders.bans(source, scan.detectedAt()) + 1;
        ban(new Ban(source, scan.detectedAt(), policy.length(count), count, reason(scan)));
    }

    /** Probes with ACK are told by the RSTs of their destination, which could send them without. */
    private boolean isHearsay(Scan scan) {
        return scan.evidence().kind() == Evidence.Kind.ACK
                && allowed.covering(scan.destination()).isEmpty();
    }

    private void renew(Ban former, Scan scan) {
        if (!former.length().isZero()) {
            ban(new Ban(former.source(), scan.detectedAt(), former.length(), former.count(), former.reason()));
        }
    }

    private void ban(Ban ban) {
        wanted.put(new WantedBan(ban, ticker.getAsLong()));
        offenders.banned(ban);
    }

    private static String reason(Scan scan) {
        return scan.rule() == Rule.SWEEP
                ? "tried port " + scan.ports().get(0) + " of " + scan.hosts() + " hosts"
                : "scanned " + scan.ports().size() + " ports of " + scan.destination();
    }

    /** Says once when there is budget again. */
    private void forgive() {
        if (overBudget > 0 && budget.hasRecovered(ticker.getAsLong())) {
            listener.budgetRestored(overBudget);
            overBudget = 0;
        }
    }
}
