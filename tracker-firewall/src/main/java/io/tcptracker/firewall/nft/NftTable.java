package io.tcptracker.firewall.nft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Our table but for the elements of its sets: what we tell nft, and what it must tell us. Immutable.
 *
 * @param forwarded whether forwarded traffic is blocked too
 * @param sets one for each length of prefix that was ever banned
 * @param size how many elements fit in each of them
 * @param generation differs after each manual change
 */
record NftTable(boolean forwarded, NavigableSet<NftBanSet> sets, int size, String generation) {
    /** The family and name. */
    static final String NAME = "inet tcptracker";

    static final String GENERATION = "chain generation";
    static final String FORWARD = "chain forward";

    /** The sets that are always there, so that a ban of these lengths is but an element. */
    private static final List<NftBanSet> USUAL =
            List.of(new NftBanSet(true, 32), new NftBanSet(false, 128), new NftBanSet(false, 64));

    NftTable {
        NavigableSet<NftBanSet> all = new TreeSet<>(sets);
        all.addAll(USUAL);
        sets = all;
    }

    private static String generationRule(String generation) {
        return "return comment \"" + generation + "\"";
    }

    /** Gives the table that is there another generation. */
    static List<String> regeneration(String generation) {
        return List.of(
                "flush chain " + NAME + " generation",
                "add rule " + NAME + " generation " + generationRule(generation));
    }

    NftTable withGeneration(String other) {
        return new NftTable(forwarded, sets, size, other);
    }

    NftTable with(Collection<NftBanSet> more) {
        NavigableSet<NftBanSet> all = new TreeSet<>(sets);
        all.addAll(more);
        return new NftTable(forwarded, all, size, generation);
    }

    /** Returns the content of each set and chain, in an order in which they can be made. */
    Map<String, List<String>> blocks() {
        Map<String, List<String>> blocks = new LinkedHashMap<>();
        blocks.put("set allow4", List.of("type ipv4_addr", "flags interval"));
        blocks.put("set allow6", List.of("type ipv6_addr", "flags interval"));
        for (NftBanSet set : sets) {
            blocks.put("set " + set.name(), properties(set));
        }
        // In a chain that no packet meets, as a rule can be changed later while the table's own comment can't.
        blocks.put(GENERATION, List.of(generationRule(generation)));
        blocks.put("chain bans", banRules());
        blocks.put("chain input", hooked("input"));
        if (forwarded) {
            blocks.put(FORWARD, hooked("forward"));
        }
        return blocks;
    }

    /**
     * Returns a chain with a hook. Established connections of a banned source go on, and those that we make to it. INVALID
     * stops the scans without SYN (FIN, NULL, Xmas); with UNTRACKED, neighbour discovery would fail and IPv6 with it.
     */
    private static List<String> hooked(String hook) {
        return List.of(
                "type filter hook " + hook + " priority filter - 5; policy accept;", "ct state invalid,new jump bans");
    }

    /** Makes the table again, without the former one's elements. */
    List<String> redefinition() {
        // To delete what isn't there would fail.
        return List.of("add table " + NAME, "delete table " + NAME, define(blocks()));
    }

    /** Makes a table that lacks some of the sets like this one. Fails if there is none. */
    List<String> extension() {
        // Not as blocks: nft 0.9.8 crashes on one of a chain that it is to flush before.
        List<String> commands = new ArrayList<>();
        for (NftBanSet set : sets) {
            commands.add("add set " + NAME + " " + set.name() + " { " + String.join("; ", properties(set)) + "; }");
        }
        commands.add("flush chain " + NAME + " bans");
        for (String rule : banRules()) {
            commands.add("add rule " + NAME + " bans " + rule);
        }
        return commands;
    }

    private List<String> properties(NftBanSet set) {
        return List.of("type " + set.type(), "size " + size, "flags timeout");
    }

    /** Returns the rules for bans. After a {@code return}, the tables of others decide, which may still drop the packet. */
    private List<String> banRules() {
        Stream<String> allow = Stream.of("ip saddr @allow4 return", "ip6 saddr @allow6 return");
        return Stream.concat(allow, sets.stream().map(NftBanSet::rule)).toList();
    }

    private static String define(Map<String, List<String>> blocks) {
        List<String> text = new ArrayList<>();
        blocks.forEach((header, lines) -> {
            text.add(header + " {");
            lines.forEach(line -> text.add(line.endsWith(";") ? line : line + ";"));
            text.add("};");
        });
        return "table " + NAME + " { " + String.join(" ", text) + " }";
    }
}
