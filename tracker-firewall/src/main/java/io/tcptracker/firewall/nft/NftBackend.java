package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.HostEnvironment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * A backend that needs nftables alone. It has a table {@code inet tcptracker} of our own, whose hooks run a little before
 * those of others. New connections of a banned source are dropped, and packets that belong to none; established ones go on.
 * Bans are elements of sets, which the kernel removes when their time is over.
 *
 * <p>Confined to one thread at a time. Each call runs up to a few programs, each of which is killed at its deadline; an
 * interrupt doesn't cut it short.
 */
public final class NftBackend implements Backend {
    private static final int MOST_BANS = 100_000;

    private final Nft nft;
    private final NftRuleset ruleset;
    private final boolean forwarded;
    private final HostEnvironment host;
    private final String why;

    private NftBackend(HostEnvironment host, boolean forwarded, Nft nft, NftRuleset ruleset, String why) {
        this.host = host;
        this.forwarded = forwarded;
        this.nft = nft;
        this.ruleset = ruleset;
        this.why = why;
    }

    /**
     * Finds nft for a tracker that keeps the firewall. Reads what is there, and changes nothing even when opened.
     *
     * @param why why no other backend is used, for people
     * @throws FirewallException if the firewall can't be read
     */
    public static Opening find(HostEnvironment host, boolean forwarded, String why) throws FirewallException {
        return find(host, forwarded, MOST_BANS, why);
    }

    public static Opening find(HostEnvironment host, boolean forwarded, int size, String why) throws FirewallException {
        Nft nft = Nft.find(host.runner());
        NftListing found = NftListing.parse(nft.outline());
        NftTable table = new NftTable(forwarded, found.sets(), size, found.generation());
        return () -> {
            nft.rehearse(table.redefinition());
            nft.keepOpen();
            return new NftBackend(host, forwarded, nft, new NftRuleset(nft, false, table), why);
        };
    }

    /**
     * Opens the table for manual changes, and to look. It need not be closed.
     *
     * @throws FirewallException if the firewall can't be read
     */
    public static NftBackend attach(HostEnvironment host) throws FirewallException {
        Nft nft = Nft.find(host.runner());
        NftListing found = NftListing.parse(nft.outline());
        boolean forwarded = found.has(NftTable.FORWARD);
        NftTable table = new NftTable(forwarded, found.sets(), MOST_BANS, found.generation());
        return new NftBackend(host, forwarded, nft, new NftRuleset(nft, true, table), "");
    }

    @Override
    public Traits traits() {
        String families = host.hasIpv6() ? ", IPv4 and IPv6" : ", IPv4 only";
        return new Traits("nft " + nft.version() + families + why, forwarded, false, true);
    }

    @Override
    public boolean isInForce() throws FirewallException {
        return ruleset.isThere();
    }

    @Override
    public boolean hasDocker() throws FirewallException {
        return nft.chains().lines().anyMatch(line -> line.matches("(table ip docker.*|\\s*chain DOCKER\\b.*)"));
    }

    @Override
    public Mark mark() throws FirewallException {
        return ruleset.mark();
    }

    @Override
    public Collection<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed)
            throws FirewallException {
        List<String> elements = new ArrayList<>(NftCommands.exempt(allowed));
        elements.addAll(NftCommands.fill(wanted, host.clock().instant()));
        ruleset.define(sets(sources(wanted)), elements);
        return wanted;
    }

    /**
     * {@inheritDoc}
     *
     * @throws FirewallException of the kind {@code CHAIN_GONE} if another program removed the table, or part of it
     */
    @Override
    public void add(Collection<Ban> bans, BansInForce believed) throws FirewallException {
        if (bans.isEmpty()) {
            return;
        }
        List<Prefix> sources = sources(bans);
        // Not only added: of an element that is there, earlier kernels keep the end and the comment.
        List<String> commands = new ArrayList<>(NftCommands.empty(sources));
        commands.addAll(NftCommands.fill(bans, host.clock().instant()));
        ruleset.change(sets(sources), commands);
    }

    @Override
    public void lift(Collection<Prefix> sources) throws FirewallException {
        NavigableSet<NftBanSet> sets = ruleset.present(sets(sources));
        List<Prefix> present = sources.stream()
                .filter(source -> sets.contains(NftBanSet.of(source)))
                .toList();
        try {
            ruleset.change(List.of(), NftCommands.empty(present));
        } catch (FirewallException e) {
            if (e.kind() != Kind.FULL) {
                throw e;
            }
            // There is no room to put in what isn't there only to take it out.
            for (Prefix source : present) {
                ruleset.changeIfPossible(NftCommands.delete(source));
            }
            ruleset.change(List.of(), List.of());
        }
    }

    @Override
    public void allow(AllowList allowed) throws FirewallException {
        List<String> commands = new ArrayList<>();
        commands.add("flush set " + NftTable.NAME + " allow4");
        commands.add("flush set " + NftTable.NAME + " allow6");
        commands.addAll(NftCommands.exempt(allowed));
        ruleset.change(List.of(), commands);
    }

    @Override
    public List<AllowList.Entry> allowed() throws FirewallException {
        return NftCommands.exempt(nft.table());
    }

    @Override
    public List<Ban> bans() throws FirewallException {
        List<Ban> bans =
                new ArrayList<>(NftElement.parse(nft.table(), host.clock().instant()));
        bans.sort(Comparator.comparing(Ban::since));
        return bans;
    }

    @Override
    public Condition check(BansInForce believed) throws FirewallException {
        return ruleset.check();
    }

    @Override
    public int capacity() {
        return ruleset.size();
    }

    @Override
    public boolean endsBans() {
        return true;
    }

    @Override
    public void leave() {
        nft.release();
    }

    @Override
    public void discard() throws FirewallException {
        close();
    }

    @Override
    public void close() throws FirewallException {
        leave();
        // To delete what isn't there would fail.
        nft.change(List.of("add table " + NftTable.NAME, "delete table " + NftTable.NAME));
    }

    private static List<Prefix> sources(Collection<Ban> bans) {
        return bans.stream().map(Ban::source).toList();
    }

    private static NavigableSet<NftBanSet> sets(Collection<Prefix> sources) {
        NavigableSet<NftBanSet> sets = new TreeSet<>();
        sources.forEach(source -> sets.add(NftBanSet.of(source)));
        return sets;
    }
}
