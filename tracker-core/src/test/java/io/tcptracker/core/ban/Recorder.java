package io.tcptracker.core.ban;

import io.tcptracker.core.TrackerListener;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A firewall and a listener that write down each call, with the time in seconds. The firewall fails on request; an
 * {@code add} that fails leaves half of its bans in force. {@code meddle} plays another program that changes the
 * firewall. Threadsafe.
 */
public final class Recorder implements Firewall, TrackerListener {
    private final LongSupplier clock;
    private final List<String> log = new ArrayList<>();
    private final Map<Prefix, Ban> inForce = new LinkedHashMap<>();
    private Condition condition = Condition.INTACT;
    boolean endsBans;
    /** Whether the firewall announces a call of {@code replace} as a change. */
    boolean announces;

    private final Deque<IOException> failures = new ArrayDeque<>();
    private final List<String> checks = new ArrayList<>();
    private Runnable changed = () -> {};

    public Recorder(LongSupplier clock) {
        this.clock = clock;
    }

    /** Makes the next calls of the firewall fail for these reasons, in turn. */
    synchronized void failWith(IOException... reasons) {
        failures.addAll(List.of(reasons));
    }

    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    synchronized Set<Prefix> inForce() {
        return Set.copyOf(inForce.keySet());
    }

    private synchronized void note(String what) {
        log.add(time() + " " + what);
    }

    private String time() {
        return BigDecimal.valueOf(clock.getAsLong(), 9).stripTrailingZeros().toPlainString();
    }

    private static String sources(Collection<Ban> bans) {
        return String.join(
                " ", bans.stream().map(ban -> ban.source().toString()).toList());
    }

    @Override
    public synchronized Collection<Ban> replace(Collection<Ban> bans, AllowList allowed, BansInForce believed)
            throws IOException {
        note(("replace " + sources(bans)).trim());
        failIfDue();
        inForce.clear();
        bans.forEach(ban -> inForce.put(ban.source(), ban));
        if (announces) {
            changed.run();
        }
        return bans;
    }

    @Override
    public synchronized void add(Collection<Ban> bans, BansInForce believed) throws IOException {
        note("add " + sources(bans));
        if (!failures.isEmpty()) {
            bans.stream().limit(bans.size() / 2).forEach(ban -> inForce.put(ban.source(), ban));
        }
        failIfDue();
        bans.forEach(ban -> inForce.put(ban.source(), ban));
    }

    @Override
    public synchronized void lift(Collection<Prefix> sources) throws IOException {
        note("lift " + String.join(" ", sources.stream().map(Prefix::toString).toList()));
        failIfDue();
        inForce.keySet().removeAll(sources);
    }

    @Override
    public synchronized void allow(AllowList allowed) throws IOException {
        note("allow");
        failIfDue();
    }

    private void failIfDue() throws IOException {
        IOException failure = failures.poll();
        if (failure != null) {
            if (failure instanceof FirewallException known && known.kind() == FirewallException.Kind.CHAIN_GONE) {
                inForce.clear();
            }
            throw failure;
        }
    }

    @Override
    public synchronized List<Ban> bans() {
        return List.copyOf(inForce.values());
    }

    /** Changes the firewall as another program would; the next check finds the change. */
    synchronized void meddle(Condition.State state, String detail, Collection<Ban> bansThen) {
        condition = new Condition(state, detail);
        inForce.clear();
        bansThen.forEach(ban -> inForce.put(ban.source(), ban));
    }

    @Override
    public synchronized void onChange(Runnable listener) {
        changed = listener;
    }

    /** Announces a change. */
    synchronized void announce() {
        changed.run();
    }

    /** Returns the times of the checks, in seconds. */
    synchronized List<String> checks() {
        return List.copyOf(checks);
    }

    @Override
    public synchronized Condition check(BansInForce believed) {
        checks.add(time());
        Condition found = condition;
        condition = Condition.INTACT;
        return found;
    }

    @Override
    public int capacity() {
        return 100_000;
    }

    @Override
    public boolean endsBans() {
        return endsBans;
    }

    /** Drops a ban whose time is up, as the kernel does. */
    synchronized void drop(Prefix source) {
        inForce.remove(source);
    }

    @Override
    public void close() {
        throw new AssertionError("its opener closes the firewall");
    }

    @Override
    public void attempt(Segment attempt) {
        note("attempt " + attempt.source() + " " + attempt.destinationPort());
    }

    @Override
    public void scan(Scan scan) {
        note("scan " + scan.source());
    }

    @Override
    public void scanDropped(Scan scan) {
        note("dropped " + scan.source());
    }

    @Override
    public void spared(Scan scan, Prefix prefix) {
        note("spared " + scan.source() + " by " + prefix);
    }

    @Override
    public void refused(Scan scan, NotBannedReason why) {
        note("refused " + scan.source() + " " + why);
    }

    @Override
    public void banned(Ban ban) {
        note("banned " + ban.source());
    }

    @Override
    public void wouldBan(Ban ban) {
        note("would ban " + ban.source());
    }

    @Override
    public void lifted(Ban ban) {
        note("lifted " + ban.source());
    }

    @Override
    public void firewallFailed(String reason) {
        note("failed: " + reason);
    }

    @Override
    public void budgetSpent() {
        note("budget spent");
    }

    @Override
    public void budgetRestored(long refused) {
        note("budget restored after " + refused);
    }

    @Override
    public void firewallRepaired(String damage) {
        note("repaired: " + damage);
    }

    @Override
    public void firewallRecovered() {
        note("recovered");
    }
}
