package io.tcptracker.firewall;

import io.tcptracker.core.Ban;
import io.tcptracker.core.Prefix;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A ban as a rule of our chain. Its comment holds what the kernel doesn't know, so that nothing else need be kept. */
final class BanRule {
    private static final Pattern DROPS = Pattern.compile(
            "-A " + Chain.NAME + "(?: -s (?<source>\\S+))?(?: .*)? -j (?:DROP|REJECT)(?: --reject-with \\S+)?");
    private static final Pattern TIMES = Pattern.compile("--comment \"since=(?<since>\\S+) until=(?<until>\\S+)\"");
    private static final String NEVER = "never";

    private BanRule() {}

    static String format(Ban ban) {
        String until = ban.until().map(Instant::toString).orElse(NEVER);
        return "-A " + Chain.NAME + " -s " + ban.source() + " -m comment --comment \"since=" + ban.since() + " until="
                + until + "\" -j DROP";
    }

    /**
     * Reads a line of {@code iptables -S}; empty if the rule bans nobody. A rule that isn't of our making counts since
     * the epoch and for ever, and for everyone if it isn't for one plain prefix.
     */
    static Optional<Ban> parse(String line, Prefix everyone) {
        Matcher rule = DROPS.matcher(line);
        if (!rule.matches()) {
            return Optional.empty();
        }
        String source = rule.group("source");
        Prefix prefix = source == null ? everyone : prefix(source, everyone);
        return Optional.of(times(line, prefix).orElse(new Ban(prefix, Instant.EPOCH, Duration.ZERO)));
    }

    private static Prefix prefix(String text, Prefix everyone) {
        try {
            return Prefix.parse(text);
        } catch (IllegalArgumentException e) {
            // A mask with holes, which somebody else wrote.
            return everyone;
        }
    }

    private static Optional<Ban> times(String line, Prefix source) {
        Matcher times = TIMES.matcher(line);
        if (!times.find()) {
            return Optional.empty();
        }
        try {
            Instant since = Instant.parse(times.group("since"));
            String until = times.group("until");
            Duration length = until.equals(NEVER) ? Duration.ZERO : Duration.between(since, Instant.parse(until));
            return Optional.of(new Ban(source, since, length));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
