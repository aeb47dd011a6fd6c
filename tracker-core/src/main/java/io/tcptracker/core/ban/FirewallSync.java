package io.tcptracker.core.ban;

import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The link between the ledger of bans and a firewall. It makes the firewall do what the ledger says, also after failures and
 * after changes of other programs. After a failure it tries again with all bans, after ever longer pauses.
 *
 * <p>Confined to one thread at a time, except {@link #banned} and the firewall's announcements of changes.
 */
final class FirewallSync {
    private static final long FIRST_RETRY = Duration.ofMillis(500).toNanos();
    private static final long LAST_RETRY = Duration.ofSeconds(30).toNanos();

    private final Firewall firewall;
    private final BanLedger ledger;
    private final LongSupplier ticker;
    private final InstantSource clock;
    private final BanListener listener;
    private final CheckSchedule checks;

    private AllowList allowed = AllowList.of(List.of());
    private boolean rewrite;
    private @Nullable String damage;
    private int failures;
    private long retryAt;
    private volatile int banned;

    /** @param checkEvery how often to check the firewall for changes of others, in nanoseconds of the ticker */
    FirewallSync(
            Firewall firewall,
            BanLedger ledger,
            LongSupplier ticker,
            InstantSource clock,
            long checkEvery,
            BanListener listener) {
        this.firewall = firewall;
        this.ledger = ledger;
        this.ticker = ticker;
        this.clock = clock;
        this.listener = listener;
        checks = new CheckSchedule(checkEvery, ticker.getAsLong());
    }

    /** Checks the firewall as soon as a change is announced; {@code wake} is then called on another thread. */
    void listen(Runnable wake) {
        firewall.onChange(() -> {
            if (checks.announce()) {
                wake.run();
            }
        });
    }

    /** Sets up the firewall with the bans that an earlier run left; returns those bans. */
    List<Ban> takeOver(AllowList allowedNow) throws IOException {
        Instant now = clock.instant();
        for (Ban ban : firewall.bans()) {
            boolean over = ban.until().filter(until -> !until.isAfter(now)).isPresent();
            if (!over && allowedNow.overlapping(ban.source()).isEmpty()) {
                putInForce(ban, now);
            }
        }
        adopt(firewall.replace(ledger.wanted(), allowedNow, ledger));
        allowed = allowedNow;
        count();
        return ledger.wanted();
    }

    /** Returns how many sources are banned. May be called from any thread. */
    int banned() {
        return banned;
    }

    /** Returns how long there is nothing to do unless a ban begins or ends, in nanoseconds. */
    long untilNextTask(long now) {
        return Math.max(0, failures > 0 ? retryAt - now : checks.until(now));
    }

    /** Returns whether lifting bans takes so long that several are better lifted together. */
    boolean liftsInBulk() {
        return !firewall.endsBans();
    }

    /**
     * Ends these bans, which are in force.
     *
     * @param early whether they end before their time
     */
    void end(Collection<Ban> bans, boolean early) {
        bans.forEach(early || !firewall.endsBans() ? ledger::lift : listener::lifted);
    }

    /** Checks the firewall for changes of others, if the time for it has come, and repairs what they damaged. */
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
        Condition condition = firewall.check(ledger);
        checks.looked(now, announced, condition.state() == Condition.State.DAMAGED);
        switch (condition.state()) {
            case INTACT -> {}
            case CHANGED_MANUALLY -> {
                adopt(firewall.bans());
                count();
            }
            case DAMAGED -> {
                damage = condition.detail();
                rewrite = true;
            }
        }
    }

    /** Makes the ledger agree with these bans, which are in force: the user added or lifted the difference manually. */
    private void adopt(Collection<Ban> inForce) {
        Set<Prefix> there = new HashSet<>();
        Instant now = clock.instant();
        for (Ban ban : inForce) {
            there.add(ban.source());
            boolean known = ledger.get(ban.source())
                    .filter(own -> own.since().equals(ban.since()))
                    .isPresent();
            if (!known) {
                putInForce(ban, now);
                listener.banned(ban);
            }
        }
        ledger.takeOut(own -> !there.contains(own.source()) && ledger.isInForce(own.source()))
                .forEach(listener::lifted);
    }

    private void putInForce(Ban ban, Instant now) {
        long age = Math.max(0, Duration.between(ban.since(), now).toNanos());
        ledger.putInForce(ban, ticker.getAsLong() - age);
    }

    /** Makes the firewall do what the ledger says, as far as it doesn't yet. */
    void enforce(AllowList allowedNow) {
        if (failures > 0 && retryAt - ticker.getAsLong() > 0) {
            return;
        }
        List<Ban> fresh = ledger.fresh();
        try {
            if (rewrite) {
                Collection<Ban> inForce = firewall.replace(ledger.wanted(), allowedNow, ledger);
                done(fresh, allowedNow);
                adopt(inForce);
                count();
            } else {
                change(fresh, allowedNow);
                done(fresh, allowedNow);
            }
        } catch (FirewallException e) {
            if (e.kind() != FirewallException.Kind.CHAIN_GONE || rewrite) {
                failed(e);
                return;
            }
            damage = e.getMessage();
            rewrite = true;
            enforce(allowedNow);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void change(List<Ban> fresh, AllowList allowedNow) throws IOException {
        if (!allowed.equals(allowedNow)) {
            firewall.allow(allowedNow);
        }
        List<Prefix> toLift = ledger.toLift();
        if (!toLift.isEmpty()) {
            firewall.lift(toLift);
        }
        if (!fresh.isEmpty()) {
            firewall.add(fresh, ledger);
        }
    }

    private void done(List<Ban> fresh, AllowList allowedNow) {
        allowed = allowedNow;
        rewrite = false;
        if (failures > 0) {
            failures = 0;
            listener.firewallRecovered();
        }
        if (damage != null) {
            listener.firewallRepaired(damage);
            damage = null;
        }
        ledger.putAllInForce().forEach(listener::lifted);
        fresh.forEach(firewall.enforces() ? listener::banned : listener::wouldBan);
        count();
    }

    private void count() {
        banned = firewall.enforces() ? ledger.size() : 0;
    }

    private void failed(IOException failure) {
        // The state after the failure is unknown, so the next try sets up everything.
        rewrite = true;
        retryAt = ticker.getAsLong() + Math.min(LAST_RETRY, FIRST_RETRY << Math.min(failures, 10));
        failures++;
        listener.firewallFailed(String.valueOf(failure.getMessage()));
    }
}
