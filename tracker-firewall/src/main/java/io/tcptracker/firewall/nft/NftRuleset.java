package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.Backend.Mark;
import io.tcptracker.firewall.process.ErrorMessages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Our table in the kernel, and how we left it.
 *
 * <p>Confined to one thread at a time.
 */
final class NftRuleset {
    private final Nft nft;
    /** True if changes are the user's, which the tracker that keeps the firewall is to notice. */
    private final boolean manual;

    private NftTable left;

    NftRuleset(Nft nft, boolean manual, NftTable left) {
        this.nft = nft;
        this.manual = manual;
        this.left = left;
    }

    /** Returns a random generation, as two programs that count at once would arrive at the same number. */
    private static String newGeneration() {
        return Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    int size() {
        return left.size();
    }

    boolean isThere() throws FirewallException {
        return !found().isEmpty();
    }

    /** Returns the mark of manual changes, as {@link Backend#mark} does. */
    Mark mark() throws FirewallException {
        String generation = left.generation().isEmpty() ? "" : found().generation();
        if (generation.equals(left.generation())) {
            return Mark.SAME;
        }
        return generation.isEmpty() ? Mark.LOST : Mark.CHANGED;
    }

    /** Makes the table again, with sets for these bans and these elements. */
    void define(NavigableSet<NftBanSet> sets, List<String> elements) throws FirewallException {
        NftTable anew = new NftTable(left.forwarded(), sets, left.size(), newGeneration());
        List<String> commands = new ArrayList<>(anew.redefinition());
        commands.addAll(elements);
        nft.define(commands);
        left = anew;
    }

    /** Returns the sets that are there, at least of those asked for. The user may have made some manually. */
    NavigableSet<NftBanSet> present(Collection<NftBanSet> asked) throws FirewallException {
        if (!left.sets().containsAll(asked)) {
            left = left.with(found().sets());
        }
        return left.sets();
    }

    /**
     * Changes what is in the table.
     *
     * @param needed sets that there must be before
     * @param commands which come to the same if they are done twice
     * @throws FirewallException of the kind {@code CHAIN_GONE} if another program removed the table, or part of it
     */
    void change(Collection<NftBanSet> needed, List<String> commands) throws FirewallException {
        NftTable next = left;
        List<String> all = new ArrayList<>();
        if (!present(needed).containsAll(needed)) {
            next = left.with(needed);
            all.addAll(next.extension());
        }
        all.addAll(commands);
        if (manual) {
            next = next.withGeneration(newGeneration());
            all.addAll(NftTable.regeneration(next.generation()));
        }
        try {
            nft.change(all);
        } catch (FirewallException e) {
            changeAgain(all, e);
        }
        left = next;
    }

    private void changeAgain(List<String> commands, FirewallException failure) throws FirewallException {
        if (failure.kind() != Kind.CHAIN_GONE) {
            throw failure;
        }
        Optional<String> damage = damage();
        if (damage.isPresent()) {
            throw new FirewallException(Kind.CHAIN_GONE, "nft finds that " + damage.get(), "", ErrorMessages.REMOVED);
        }
        // An element lapsed between the two commands that remove it, or the table was just repaired.
        try {
            nft.change(commands);
        } catch (FirewallException e) {
            throw e.kind() == Kind.CHAIN_GONE ? e.withKind(Kind.FAILED) : e;
        }
    }

    /** Does what fails if it is in vain. */
    void changeIfPossible(String command) throws FirewallException {
        try {
            nft.change(List.of(command));
        } catch (FirewallException e) {
            if (e.kind() != Kind.CHAIN_GONE || damage().isPresent()) {
                throw e;
            }
        }
    }

    /** Returns what others did since it was last changed or checked. */
    Condition check() throws FirewallException {
        NftListing found = found();
        NftTable expected = expected(found);
        Condition condition = found.compare(expected);
        if (condition.state() == State.DAMAGED) {
            return condition;
        }
        boolean changed = !expected.generation().equals(left.generation());
        left = expected;
        return changed ? new Condition(State.CHANGED_MANUALLY, "bans or exemptions were changed manually") : condition;
    }

    /** Returns what is missing or not as we make it. */
    private Optional<String> damage() throws FirewallException {
        NftListing found = found();
        return Optional.of(found.compare(expected(found)).detail()).filter(detail -> !detail.isEmpty());
    }

    private NftTable expected(NftListing found) {
        boolean changed = !found.generation().equals(left.generation());
        // A manual change may have made all of it again, with other sets than we know of.
        NavigableSet<NftBanSet> sets = changed ? new TreeSet<>() : new TreeSet<>(left.sets());
        sets.addAll(found.sets());
        return new NftTable(left.forwarded(), sets, left.size(), found.generation());
    }

    private NftListing found() throws FirewallException {
        return NftListing.parse(nft.outline());
    }
}
