package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.Condition.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our table as {@code nft list table} shows it, less what depends on the version of nft. Immutable. */
final class NftListing {
    private static final Pattern HEADER = Pattern.compile("((?:set|map|chain|flowtable|counter|quota) \\S+) \\{");
    private static final Pattern GENERATION = Pattern.compile("return comment \"(.*)\"");

    private final Map<String, List<String>> blocks;

    private NftListing(Map<String, List<String>> blocks) {
        this.blocks = blocks;
    }

    /** Reads what nft says of this table and maybe of others. Nothing of ours in it is a listing as well. */
    static NftListing parse(String listing) {
        Map<String, List<String>> blocks = new LinkedHashMap<>();
        Optional<List<String>> block = Optional.empty();
        for (String line : ours(listing)) {
            Matcher header = HEADER.matcher(line);
            if (header.matches()) {
                block = Optional.of(new ArrayList<>());
                blocks.put(header.group(1), block.get());
            } else if (line.equals("}")) {
                block = Optional.empty();
            } else if (block.isPresent()) {
                block.get().add(line);
            } else {
                // A property of the table itself. We give it none.
                blocks.put(line, List.of());
            }
        }
        return new NftListing(blocks);
    }

    private static List<String> ours(String listing) {
        List<String> lines = new ArrayList<>();
        boolean ours = false;
        for (String each : listing.lines().toList()) {
            String line = usual(each);
            if (each.startsWith("table ")) {
                ours = line.equals("table " + NftTable.NAME + " {");
            } else if (ours && !line.isEmpty()) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** Returns a line as nft 1.0.6 prints it. Earlier versions don't name the priority, later ones print how full a set is. */
    private static String usual(String line) {
        return line.strip()
                .replaceFirst("\\s*#( handle| count).*$", "")
                .replace("priority -5;", "priority filter - 5;")
                .replace(" == @", " @")
                .replaceAll("\\s+", " ");
    }

    /** Returns whether there is nothing of ours. */
    boolean isEmpty() {
        return blocks.isEmpty();
    }

    boolean has(String header) {
        return blocks.containsKey(header);
    }

    NavigableSet<NftBanSet> sets() {
        NavigableSet<NftBanSet> sets = new TreeSet<>();
        for (String header : blocks.keySet()) {
            if (header.startsWith("set ")) {
                NftBanSet.parse(header.substring("set ".length())).ifPresent(sets::add);
            }
        }
        return sets;
    }

    /** Returns the generation; empty if it was lost. */
    String generation() {
        List<String> lines = blocks.getOrDefault(NftTable.GENERATION, List.of());
        Matcher matcher = GENERATION.matcher(String.join("\n", lines));
        return matcher.matches() ? matcher.group(1) : "";
    }

    /** Returns what others made of the table. */
    Condition compare(NftTable expected) {
        if (blocks.isEmpty()) {
            return new Condition(State.DAMAGED, "the table " + NftTable.NAME + " is gone");
        }
        Map<String, List<String>> wanted = expected.blocks();
        Optional<String> damage = wanted.keySet().stream()
                .filter(header -> !blocks.containsKey(header))
                .map(header -> "the " + header + " is gone")
                .findFirst()
                .or(() -> blocks.keySet().stream()
                        .filter(header -> !wanted.containsKey(header))
                        .map(header -> "the " + header + " is not ours")
                        .findFirst())
                .or(() -> wanted.entrySet().stream()
                        .filter(each -> !sorted(each.getKey(), each.getValue())
                                .equals(sorted(each.getKey(), blocks.getOrDefault(each.getKey(), List.of()))))
                        .map(each -> "the " + each.getKey() + " was changed")
                        .findFirst());
        return damage.map(what -> new Condition(State.DAMAGED, what + ", in the table " + NftTable.NAME))
                .orElse(Condition.INTACT);
    }

    /** Rules work in their order, the properties of a set in any. */
    private static List<String> sorted(String header, List<String> lines) {
        return header.startsWith("set ")
                ? lines.stream().sorted(Comparator.naturalOrder()).toList()
                : lines;
    }
}
