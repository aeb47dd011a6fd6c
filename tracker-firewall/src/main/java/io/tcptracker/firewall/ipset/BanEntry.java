package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.BanComment;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A ban as an entry of a set, which the kernel lets lapse by itself. */
final class BanEntry {
    /** The most that ipset takes, somewhat under 25 days. */
    private static final long MOST_SECONDS = 2_147_483;

    private static final Pattern ENTRY =
            Pattern.compile("add \\S+ (?<source>[0-9a-f:./]+)(?: timeout (?<left>\\d{1,10}))?(?: .*)?");

    private BanEntry() {}

    /** Returns the command that puts this ban in force instead of its source's former one; one that is over is removed. */
    static String format(String set, Ban ban, Instant now) {
        if (hasLapsed(ban, now)) {
            return "del " + set + " " + ban.source() + " -exist";
        }
        // Rounded up, as zero is for ever.
        long seconds = ban.until()
                .map(until ->
                        Duration.between(now, until).plusNanos(999_999_999).toSeconds())
                .orElse(0L);
        return "add " + set + " " + ban.source() + " timeout " + Math.min(seconds, MOST_SECONDS) + " comment \""
                + BanComment.format(ban) + "\" -exist";
    }

    static boolean hasLapsed(Ban ban, Instant now) {
        return ban.until().filter(until -> !until.isAfter(now)).isPresent();
    }

    /** Reads a line of {@code ipset save}; an entry that isn't of our making counts since the epoch. */
    static Optional<Ban> parse(String line, Instant now) {
        Matcher entry = ENTRY.matcher(line);
        if (!entry.matches()) {
            return Optional.empty();
        }
        Prefix source = Prefix.parse(entry.group("source"));
        return Optional.of(BanComment.parse(line, source).orElseGet(() -> foreign(source, entry.group("left"), now)));
    }

    private static Ban foreign(Prefix source, @Nullable String left, Instant now) {
        long seconds = left == null ? 0 : Long.parseLong(left);
        Instant since = Instant.EPOCH;
        return new Ban(source, since, seconds == 0 ? Duration.ZERO : Duration.between(since, now.plusSeconds(seconds)));
    }
}
