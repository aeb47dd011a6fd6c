package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.AddressFamily;
import io.tcptracker.firewall.backend.AllowEntryText;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.BanComment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules of our chain where each ban is a rule: first the exemptions, then the bans. */
final class BanRules {
    private static final Pattern DROPS = Pattern.compile(
            "-A " + Backend.NAME + "(?: -s (?<source>\\S+))?(?: .*)? -j (?:DROP|REJECT)(?: --reject-with \\S+)?");

    private BanRules() {}

    /** Returns the rules that exempt these prefixes. */
    static List<String> exemptions(AddressFamily family, AllowList allowed, long generation) {
        List<String> rules = new ArrayList<>();
        AllowEntryText.of(family, allowed).forEach((prefix, reason) -> {
            String comment = rules.isEmpty() ? "generation=" + generation + " " + reason : reason;
            rules.add("-A " + Backend.NAME + " -s " + prefix + " -m comment --comment \"" + comment + "\" -j RETURN");
        });
        return rules;
    }

    /** Returns what these rules exempt, with the reasons. */
    static List<AllowList.Entry> allowed(List<String> rules) {
        return AllowEntryText.parseAll(
                rules.stream().filter(BanRules::isExemption).toList());
    }

    /** Returns the rules of those bans that are of this address family. */
    static List<String> of(AddressFamily family, Collection<Ban> bans) {
        return bans.stream()
                .filter(ban -> family.has(ban.source()))
                .map(BanRules::format)
                .toList();
    }

    static String format(Ban ban) {
        return "-A " + Backend.NAME + " -s " + ban.source() + " -m comment --comment \"" + BanComment.format(ban)
                + "\" -j DROP";
    }

    /** Returns the bans among these rules, as {@code iptables -S} lists them. */
    static List<Ban> bans(AddressFamily family, List<String> rules) {
        return rules.stream()
                .flatMap(rule -> parse(rule, family.everyone()).stream())
                .toList();
    }

    /** Returns the rules but for the bans of these sources. */
    static List<String> without(AddressFamily family, List<String> rules, Set<Prefix> sources) {
        return rules.stream()
                .filter(rule -> parse(rule, family.everyone())
                        .filter(ban -> sources.contains(ban.source()))
                        .isEmpty())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    static boolean isExemption(String rule) {
        return rule.endsWith(" -j RETURN");
    }

    /** Returns whether there are exemptions, and but these many bans after them. */
    static boolean exemptionsFirst(List<String> rules, int bans) {
        return rules.size() > bans && rules.stream().limit(rules.size() - bans).allMatch(BanRules::isExemption);
    }

    /**
     * Reads a line of {@code iptables -S}; empty if the rule alone bans no source. A rule that isn't of our making counts
     * since the epoch and for ever. If such a rule isn't for one plain prefix, it counts for every source.
     */
    static Optional<Ban> parse(String line, Prefix everyone) {
        Matcher rule = DROPS.matcher(line);
        if (!rule.matches() || line.contains(" --match-set ")) {
            return Optional.empty();
        }
        String source = rule.group("source");
        Prefix prefix = source == null ? everyone : prefix(source, everyone);
        return Optional.of(BanComment.parse(line, prefix).orElse(new Ban(prefix, Instant.EPOCH, Duration.ZERO)));
    }

    private static Prefix prefix(String text, Prefix everyone) {
        try {
            return Prefix.parse(text);
        } catch (IllegalArgumentException e) {
            // A mask with holes, of another program's making.
            return everyone;
        }
    }
}
