package io.tcptracker.core.ban;

import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a firewall in step with the bans that are wanted, whatever fails and whoever else changes it. After a failure it
 * tries again, ever more seldom, with all of them.
 *
 * <p>Confined to one thread at a time, but for {@link #banned}, and for what the firewall announces.
 */
final class FirewallSync {
    private static final long FIRST_RETRY = Duration.ofMillis(500).toNanos();
    private static final long LAST_RETRY = Duration.ofSeconds(30).toNanos();

    private final Firewall firewall;
    private final BanLedger wanted;
    private final LongSupplier ticker;
    private final InstantSource clock;
    private final TrackerListener listener;
    private final CheckSchedule checks;

    /** Bans that have ended and that the firewall may still have. */
    private final Map<Prefix, Ban> ended = new LinkedHashMap<>();

    private AllowList allowed = AllowList.of(List.of());
    private boolean rewrite;
    private @Nullable String damage;
    private int failures;
    private long retryAt;
    private volatile int banned;

    /** @param checkEvery how often to look what others did, in nanoseconds of the ticker */
    FirewallSync(
            Firewall firewall,
            BanLedger wanted,
            LongSupplier ticker,
            InstantSource clock,
            long checkEvery,
            TrackerListener listener) {
        this.firewall = firewall;
        this.wanted = wanted;
        this.ticker = ticker;
        this.clock = clock;
        this.listener = listener;
        checks = new CheckSchedule(checkEvery, ticker.getAsLong());
    }

    /** Looks at changes as soon as they are announced; {@code wake} is then called on another thread. */
    void listen(Runnable wake) {
        firewall.onChange(() -> {
            if (checks.announce()) {
                wake.run();
            }
        });
    }

    /** Puts up what is missing and goes on with the bans that an earlier run left; returns them. */
    List<Ban> takeOver(AllowList allowedNow) throws IOException {
        Instant now = clock.instant();
        for (Ban ban : firewall.bans()) {
            boolean over = ban.until().filter(until -> !until.isAfter(now)).isPresent();
            if (!over && allowedNow.overlapping(ban.source()).isEmpty()) {
                wanted.put(inForce(ban, now));
            }
        }
        firewall.replace(wanted.bans(), allowedNow);
        allowed = allowedNow;
        count();
        return wanted.bans();
    }

    /** For any thread: how many sources are kept out. */
    int banned() {
        return banned;
    }

    /** How long it is until there is something to do though nothing new is wanted, in nanoseconds. */
    long untilNextTask(long now) {
        return Math.max(0, failures > 0 ? retryAt - now : checks.until(now));
    }

    /** Whether lifting bans is so much work that it is better done for several at once. */
    boolean liftsInBulk() {
        return !firewall.endsBans();
    }

    /** These have ended, or are to end now. */
    void end(Collection<WantedBan> bans, boolean early) {
        for (WantedBan each : bans) {
            if (!each.inForce()) {
                continue;
            }
            if (early || !firewall.endsBans()) {
                ended.put(each.ban().source(), each.ban());
            } else {
                listener.lifted(each.ban());
            }
        }
    }

    /** Looks what others did to the firewall, if it is time to, and puts back what they took away. */
    void check(AllowList allowedNow) {
        long now = ticker.getAsLong();
        if (failures > 0 || checks.until(now) > 0) {
            return;
        }
        boolean announced = checks.begin();
        try {
            look(now, announced);
        } catch (IOException e) {
            checks.failed(now);
            failed(e);
        }
        enforce(allowedNow);
    }

    private void look(long now, boolean announced) throws IOException {
        Condition condition = firewall.check();
        checks.looked(now, announced, condition.state() == Condition.State.DAMAGED);
        switch (condition.state()) {
            case INTACT -> {}
            case CHANGED_BY_HAND -> adopt(firewall.bans());
            case DAMAGED -> {
                damage = condition.detail();
                rewrite = true;
            }
        }
    }

    /** Goes by what the user banned and lifted by hand. */
    private void adopt(List<Ban> bans) {
        Set<Prefix> there = new HashSet<>();
        Instant now = clock.instant();
        for (Ban ban : bans) {
            there.add(ban.source());
            boolean known = wanted.get(ban.source())
                    .filter(own -> own.inForce() && own.ban().since().equals(ban.since()))
                    .isPresent();
            if (!known) {
                wanted.put(inForce(ban, now));
                listener.banned(ban);
            }
        }
        wanted.takeOut(each -> each.inForce() && !there.contains(each.ban().source()))
                .forEach(gone -> listener.lifted(gone.ban()));
    }

    private WantedBan inForce(Ban ban, Instant now) {
        long age = Math.max(0, Duration.between(ban.since(), now).toNanos());
        WantedBan own = new WantedBan(ban, ticker.getAsLong() - age);
        own.putInForce();
        return own;
    }

    /** Makes the firewall do what is wanted, as far as it doesn't yet. */
    void enforce(AllowList allowedNow) {
        if (failures > 0 && retryAt - ticker.getAsLong() > 0) {
            return;
        }
        Collection<WantedBan> fresh = wanted.fresh();
        try {
            change(fresh, allowedNow);
        } catch (FirewallException e) {
            if (e.kind() != FirewallException.Kind.CHAIN_GONE || rewrite) {
                failed(e);
                return;
            }
            damage = e.getMessage();
            rewrite = true;
            enforce(allowedNow);
            return;
        } catch (IOException e) {
            failed(e);
            return;
        }
        done(fresh);
    }

    private void change(Collection<WantedBan> fresh, AllowList allowedNow) throws IOException {
        if (rewrite) {
            firewall.replace(wanted.bans(), allowedNow);
        } else {
            if (!allowed.equals(allowedNow)) {
                firewall.allow(allowedNow);
            }
            List<Prefix> toLift = new ArrayList<>(ended.keySet());
            toLift.removeIf(wanted::has);
            if (!toLift.isEmpty()) {
                firewall.lift(toLift);
            }
            if (!fresh.isEmpty()) {
                firewall.add(fresh.stream().map(WantedBan::ban).toList());
            }
        }
        allowed = allowedNow;
    }

    private void done(Collection<WantedBan> fresh) {
        rewrite = false;
        if (failures > 0) {
            failures = 0;
            listener.firewallRecovered();
        }
        if (damage != null) {
            listener.firewallRepaired(damage);
            damage = null;
        }
        ended.values().forEach(listener::lifted);
        ended.clear();
        wanted.putInForce();
        for (WantedBan each : fresh) {
            if (firewall.enforces()) {
                listener.banned(each.ban());
            } else {
                listener.wouldBan(each.ban());
            }
        }
        count();
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
}
