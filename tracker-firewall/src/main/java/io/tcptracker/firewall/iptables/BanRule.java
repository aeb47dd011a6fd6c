package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.BanComment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A ban as a rule of our chain. */
final class BanRule {
    private static final Pattern DROPS = Pattern.compile(
            "-A " + TrackerChain.NAME + "(?: -s (?<source>\\S+))?(?: .*)? -j (?:DROP|REJECT)(?: --reject-with \\S+)?");

    private BanRule() {}

    static String format(Ban ban) {
        return "-A " + TrackerChain.NAME + " -s " + ban.source() + " -m comment --comment \"" + BanComment.format(ban)
                + "\" -j DROP";
    }

    /**
     * Reads a line of {@code iptables -S}; empty if the rule bans nobody by itself. A rule that isn't of our making
     * counts since the epoch and for ever, and for everyone if it isn't for one plain prefix.
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
            // A mask with holes, which somebody else wrote.
            return everyone;
        }
    }
}
