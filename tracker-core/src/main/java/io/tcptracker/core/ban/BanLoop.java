package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.SpecialAddresses;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The decision which sources to ban and for how long, and the loop that makes and ends bans.
 *
 * <p>Confined to the thread that calls {@link #run}, except {@link #stop}, {@link #banned} and {@link #history}.
 */
public final class BanLoop {
    /** Bans that end within this time are lifted together, if the firewall doesn't end bans by itself. */
    private static final long ENDED_TOGETHER = Duration.ofSeconds(1).toNanos();
    /** The pause between two checks of the firewall: a change of others lasts so long, and the time of its repair. */
    public static final long CHECK_EVERY = Duration.ofSeconds(4).toNanos();

    /** A message to the loop. Immutable. */
    public sealed interface Message {}

    /** A scan that was found. Immutable. */
    public record Found(Scan scan) implements Message {}

    /** A message that only wakes the loop up: it is to stop, or others changed the firewall. */
    private enum Wake implements Message {
        UP
    }

    private final BlockingQueue<Message> queue;
    private final BanPolicy policy;
    private final Supplier<AllowList> allowList;
    private final LongSupplier ticker;
    private final BanListener listener;
    private final BanLedger ledger = new BanLedger();
    private final FirewallSync sync;
    private final BanHistory history;
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
            BanListener listener) {
        this.queue = queue;
        this.policy = policy;
        this.allowList = allowList;
        this.ticker = ticker;
        this.listener = listener;
        sync = new FirewallSync(firewall, ledger, ticker, clock, checkEvery, listener);
        history = new BanHistory(policy.longest());
        budget = new BanBudget(policy.perMinute(), ticker.getAsLong());
        most = Math.min(policy.most(), firewall.capacity());
        endAgainAt = ticker.getAsLong();
    }

    /** Sets up the firewall with the bans that an earlier run left in it; returns those bans. Call it before {@link #run}. */
    public List<Ban> takeOver() throws IOException {
        allowed = allowList.get();
        List<Ban> left = sync.takeOver(allowed);
        left.forEach(history::banned);
        return left;
    }

    /** Bans sources and ends bans until {@link #stop}. */
    public void run() {
        sync.listen(this::wake);
        boolean last;
        do {
            // Scans found before the stop are still dealt with: a capture file may end before this thread looks.
            last = stopped;
            List<Message> batch = await();
            // First, so that a scan that goes on as its ban ends leads to another ban.
            end();
            allow();
            restoreBudget();
            decide(batch);
            sync.enforce(allowed);
            // Last, as it runs programs: a source that was just found must not have time for more probes.
            sync.check(allowed);
        } while (!last);
    }

    /** Lets {@link #run} return once it has dealt with what waits. May be called from any thread. */
    public void stop() {
        stopped = true;
        wake();
    }

    private void wake() {
        // If there is no room for it, there are messages that wake the loop up anyway.
        queue.offer(Wake.UP);
    }

    /** Returns how many sources are banned. May be called from any thread. */
    public int banned() {
        return sync.banned();
    }

    /** Returns the history of bans. May be called from any thread. */
    public BanHistory history() {
        return history;
    }

    /** Waits for messages until a ban ends or there is another task; returns those that wait then. */
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
        long end = ledger.untilNextEnd(now);
        if (end != BanLedger.FOREVER && sync.liftsInBulk()) {
            end = Math.max(end, endAgainAt - now);
        }
        return Math.min(Math.max(0, end), sync.untilNextTask(now));
    }

    private void end() {
        long now = ticker.getAsLong();
        if (sync.liftsInBulk() && endAgainAt - now > 0) {
            return;
        }
        List<Ban> over = ledger.takeOutEnded(now);
        if (!over.isEmpty()) {
            endAgainAt = now + ENDED_TOGETHER;
            sync.end(over, false);
        }
    }

    /** Lifts the bans of sources that are on the allow list since a moment ago. */
    private void allow() {
        AllowList before = allowed;
        allowed = allowList.get();
        if (!allowed.equals(before)) {
            sync.end(ledger.takeOut(ban -> allowed.overlapping(ban.source()).isPresent()), true);
        }
    }

    private void decide(List<Message> batch) {
        for (Message message : batch) {
            if (message instanceof Found found) {
                decide(found.scan());
            }
        }
    }

    private void decide(Scan scan) {
        Optional<Ban> former = ledger.covering(scan.source());
        if (former.isPresent()) {
            if (policy.renew() && scan.ongoing()) {
                renew(former.get(), scan);
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
            // The network can't be banned, and which of its addresses is the scanner is unknown.
            if (!scan.ongoing()) {
                listener.spared(scan, inNetwork.get().prefix());
            }
            return;
        }
        if (ledger.size() >= most) {
            listener.refused(scan, NotBannedReason.FULL);
            return;
        }
        if (!budget.take(ticker.getAsLong())) {
            refuseOverBudget(scan);
            return;
        }
        Prefix source = inNetwork.isPresent() ? Prefix.of(scan.source()) : scan.prefix();
        int count = history.bans(source, scan.detectedAt()) + 1;
        ban(new Ban(source, scan.detectedAt(), policy.length(count), count, scan.summary()));
    }

    private void refuseOverBudget(Scan scan) {
        if (overBudget++ == 0) {
            listener.budgetSpent();
        }
        listener.refused(scan, NotBannedReason.OVER_BUDGET);
    }

    /** Returns whether the destination may have made the scan up: ACK probes are known by its RSTs alone. */
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
        ledger.put(ban, ticker.getAsLong());
        history.banned(ban);
    }

    /** Tells the listener once when there is budget again. */
    private void restoreBudget() {
        if (overBudget > 0 && budget.hasRecovered(ticker.getAsLong())) {
            listener.budgetRestored(overBudget);
            overBudget = 0;
        }
    }
}
