package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.net.Prefix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A prefix that is never banned, as the kernel keeps it: with its reason for a comment. */
public final class AllowEntryText {
    private static final int MOST_COMMENT = 100;
    private static final Pattern UNFIT = Pattern.compile("[^ -~]|[\"'\\\\{}]");

    /** The form in which ipset and nft print an entry, and iptables prints a comment of several words. */
    private static final Pattern WRITTEN = Pattern.compile(
            "(?:add \\S+ |-A \\S+ -s )?(?<prefix>[0-9a-fA-F.:]+(?:/\\d{1,3})?)"
                    + "(?: -m comment --comment| comment)? ?\"?(?:generation=\\d+ ?)?(?<reason>[^\"]*?)\"?(?: -j RETURN)?");

    private AllowEntryText() {}

    /** Returns the prefixes of this family, each once, with their reasons in a form that fits every comment. */
    public static Map<Prefix, String> of(AddressFamily family, AllowList allowed) {
        Map<Prefix, String> reasons = new LinkedHashMap<>();
        for (AllowList.Entry entry : allowed.entries()) {
            if (family.has(entry.prefix())) {
                reasons.putIfAbsent(entry.prefix(), comment(entry.reason()));
            }
        }
        return reasons;
    }

    private static String comment(String reason) {
        String fit = UNFIT.matcher(reason).replaceAll("?");
        return fit.substring(0, Math.min(fit.length(), MOST_COMMENT));
    }

    /** Reads an entry of a set or a rule; empty if it is for no plain prefix. */
    public static Optional<AllowList.Entry> parse(String line) {
        Matcher written = WRITTEN.matcher(line);
        if (!written.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AllowList.Entry(Prefix.parse(written.group("prefix")), written.group("reason")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static List<AllowList.Entry> parseAll(List<String> lines) {
        return lines.stream().flatMap(line -> parse(line).stream()).toList();
    }
}
