package io.tcptracker.core;

import io.tcptracker.core.Firewall.FirewallException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides on bans, has the firewall put them up in batches, and ends them. After a failure it tries again, ever more
 * seldom, with all the bans that are wanted.
 *
 * <p>Confined to the thread that calls {@link #run}, but for {@link #stop} and {@link #banned}.
 */
final class Guard {
    private static final long FIRST_RETRY = Duration.ofMillis(500).toNanos();
    private static final long LAST_RETRY = Duration.ofSeconds(30).toNanos();
    /** Ending a ban means writing the whole chain anew, so those that end within this are ended together. */
    private static final long ENDED_TOGETHER = Duration.ofSeconds(1).toNanos();

    sealed interface Message {}

    record Found(Scan scan) implements Message {}

    /** Only wakes the guard up, to see that it is to stop. */
    private enum Wake implements Message {
        UP
    }

    private final BlockingQueue<Message> queue;
    private final BanPolicy policy;
    private final Supplier<AllowList> allowList;
    private final Firewall firewall;
    private final LongSupplier ticker;
    private final TrackerListener listener;

    /** Oldest first, so that the same scans lead to the same rules and log. */
    private final Map<IpAddress, WantedBan> wanted = new LinkedHashMap<>();

    /** Bans whose time is up, and which the firewall may still have. */
    private final List<Ban> lapsed = new ArrayList<>();

    private boolean rewrite;
    private int failures;
    private long retryAt;
    private long endAgainAt;

    private volatile int banned;
    private volatile boolean stopped;

    Guard(
            BlockingQueue<Message> queue,
            BanPolicy policy,
            Supplier<AllowList> allowList,
            Firewall firewall,
            LongSupplier ticker,
            TrackerListener listener) {
        this.queue = queue;
        this.policy = policy;
        this.allowList = allowList;
        this.firewall = firewall;
        this.ticker = ticker;
        this.listener = listener;
        endAgainAt = ticker.getAsLong();
    }

    void run() {
        boolean last;
        do {
            // What was found before the stop is still dealt with: a capture file may end before the guard looks.
            last = stopped;
            List<Message> batch = await();
            // First, so that a scan that goes on as its ban ends is banned anew instead of taken for banned.
            end();
            decide(batch);
            enforce();
        } while (!last);
    }

    void stop() {
        stopped = true;
        // If there is no room for it, the guard has something to wake up for anyway.
        queue.offer(Wake.UP);
    }

    int banned() {
        return banned;
    }

    /** What waits, as soon as something does; nothing when a ban ends or a retry is due. */
    private List<Message> await() {
        List<Message> batch = new ArrayList<>();
        try {
            long wait = stopped ? 0 : nextTask();
            Message first = wait == WantedBan.FOREVER ? queue.take() : queue.poll(wait, TimeUnit.NANOSECONDS);
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
        if (failures > 0) {
            return Math.max(0, retryAt - now);
        }
        long next = WantedBan.FOREVER;
        for (WantedBan each : wanted.values()) {
            next = Math.min(next, each.remaining(now));
        }
        return next == WantedBan.FOREVER ? WantedBan.FOREVER : Math.max(0, Math.max(next, endAgainAt - now));
    }

    private void decide(Collection<Message> batch) {
        if (batch.isEmpty()) {
            return;
        }
        AllowList allowed = allowList.get();
        for (Message message : batch) {
            if (message instanceof Found found) {
                decide(found.scan(), allowed);
            }
        }
    }

    private void decide(Scan scan, AllowList allowed) {
        if (wanted.containsKey(scan.source())) {
            return;
        }
        Optional<Prefix> covering = allowed.covering(scan.source());
        if (covering.isPresent()) {
            if (!scan.ongoing()) {
                listener.spared(scan, covering.get());
            }
            return;
        }
        if (wanted.size() >= policy.most()) {
            listener.refused(scan);
            return;
        }
        Ban ban = new Ban(Prefix.of(scan.source()), scan.detectedAt(), policy.length());
        wanted.put(scan.source(), new WantedBan(ban, ticker.getAsLong()));
    }

    private void end() {
        long now = ticker.getAsLong();
        if (endAgainAt - now > 0) {
            return;
        }
        for (Iterator<WantedBan> each = wanted.values().iterator(); each.hasNext(); ) {
            WantedBan ended = each.next();
            if (ended.remaining(now) <= 0) {
                endAgainAt = now + ENDED_TOGETHER;
                each.remove();
                if (ended.inForce()) {
                    rewrite = true;
                    lapsed.add(ended.ban());
                }
            }
        }
    }

    private void enforce() {
        List<WantedBan> fresh =
                wanted.values().stream().filter(each -> !each.inForce()).toList();
        if (!rewrite && fresh.isEmpty()) {
            count();
            return;
        }
        if (failures > 0 && retryAt - ticker.getAsLong() > 0) {
            return;
        }
        try {
            if (rewrite) {
                firewall.replace(bans(wanted.values()), allowList.get());
            } else {
                firewall.add(bans(fresh));
            }
        } catch (FirewallException e) {
            failed(e);
            if (e.kind() == FirewallException.Kind.CHAIN_GONE) {
                forget();
                if (failures == 1) {
                    retryAt = ticker.getAsLong();
                }
            }
            return;
        } catch (IOException e) {
            failed(e);
            return;
        }
        rewrite = false;
        if (failures > 0) {
            failures = 0;
            listener.firewallRecovered();
        }
        lapsed.forEach(listener::lifted);
        lapsed.clear();
        for (WantedBan each : fresh) {
            each.putInForce();
            if (firewall.enforces()) {
                listener.banned(each.ban());
            } else {
                listener.wouldBan(each.ban());
            }
        }
        count();
    }

    /** Whoever took the chain away lifted the bans in it: they are not put up again behind that person's back. */
    private void forget() {
        for (Iterator<WantedBan> each = wanted.values().iterator(); each.hasNext(); ) {
            WantedBan gone = each.next();
            if (gone.inForce()) {
                each.remove();
                listener.lifted(gone.ban());
            }
        }
    }

    private void count() {
        banned = firewall.enforces() ? wanted.size() : 0;
    }

    private void failed(IOException failure) {
        // Whatever state the failure left, the next try puts up the whole.
        rewrite = true;
        retryAt = ticker.getAsLong() + Math.min(LAST_RETRY, FIRST_RETRY << Math.min(failures, 10));
        failures++;
        listener.firewallFailed(String.valueOf(failure.getMessage()));
    }

    private static List<Ban> bans(Collection<WantedBan> wanted) {
        return wanted.stream().map(WantedBan::ban).toList();
    }
}
