package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.AllowEntryText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The commands for nft that fill and empty the sets of our table, one a line. */
final class NftCommands {
    private static final Pattern EXEMPT = Pattern.compile("(?s)\\sset allow[46] \\{[^{}]*elements = \\{([^}]*)\\}");
    private static final Pattern EXEMPT_ELEMENT =
            Pattern.compile("[0-9a-fA-F.:]+(?:/\\d{1,3})?(?: comment \"[^\"]*\")?");

    private NftCommands() {}

    /** Fills sets that don't hold these sources. */
    static List<String> fill(Collection<Ban> bans, Instant now) {
        // Of two bans of one source the later counts.
        Map<Prefix, Ban> last = new LinkedHashMap<>();
        bans.forEach(ban -> last.put(ban.source(), ban));
        SortedMap<NftBanSet, List<String>> elements = new TreeMap<>();
        for (Ban ban : last.values()) {
            NftElement.format(ban, now)
                    .ifPresent(element -> elements.computeIfAbsent(NftBanSet.of(ban.source()), set -> new ArrayList<>())
                            .add(element));
        }
        List<String> commands = new ArrayList<>();
        elements.forEach((set, each) -> commands.add(command("add", set.name(), each)));
        return commands;
    }

    /** Takes out these sources, whether they are in or not. */
    static List<String> empty(Collection<Prefix> sources) {
        SortedMap<NftBanSet, List<String>> elements = new TreeMap<>();
        for (Prefix source : new LinkedHashSet<>(sources)) {
            elements.computeIfAbsent(NftBanSet.of(source), set -> new ArrayList<>())
                    .add(source.address().toString());
        }
        List<String> commands = new ArrayList<>();
        // To take out what isn't in would fail, as would all that goes with it: it may have lapsed this moment.
        elements.forEach((set, each) -> {
            commands.add(command("add", set.name(), each));
            commands.add(command("delete", set.name(), each));
        });
        return commands;
    }

    static String delete(Prefix source) {
        return command(
                "delete", NftBanSet.of(source).name(), List.of(source.address().toString()));
    }

    /** Fills the empty sets of what is never banned. */
    static List<String> exempt(AllowList allowed) {
        List<String> commands = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            Map<Prefix, String> reasons = AllowEntryText.of(family, allowed);
            List<String> elements = new ArrayList<>();
            reasons.forEach((prefix, reason) -> {
                // In a set of intervals, none may lie within another.
                if (reasons.keySet().stream().noneMatch(other -> isAround(other, prefix))) {
                    elements.add(prefix + " comment \"" + reason + "\"");
                }
            });
            if (!elements.isEmpty()) {
                commands.add(command("add", family == AddressFamily.V4 ? "allow4" : "allow6", elements));
            }
        }
        return commands;
    }

    private static boolean isAround(Prefix outer, Prefix inner) {
        return outer.length() < inner.length() && outer.overlaps(inner);
    }

    /** Returns the prefixes that are never banned, from the table as nft shows it. */
    static List<AllowList.Entry> exempt(String table) {
        return EXEMPT.matcher(table)
                .results()
                .flatMap(set -> EXEMPT_ELEMENT.matcher(set.group(1)).results())
                .flatMap(element -> AllowEntryText.parse(element.group()).stream())
                .toList();
    }

    private static String command(String verb, String set, List<String> elements) {
        return verb + " element " + NftTable.NAME + " " + set + " { " + String.join(", ", elements) + " }";
    }
}
