package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel doesn't know of a ban, as a comment of its rule or entry, so that nothing else need be kept. */
public final class BanComment {
    // Rules have it after --comment, entries after comment. Without count and reason it is an earlier version's.
    private static final Pattern NOTE = Pattern.compile("comment \"since=(?<since>\\S+) until=(?<until>[^\\s\"]+)"
            + "(?: count=(?<count>[1-9]\\d{0,8}))?(?: reason=(?<reason>[^\"]*))?\"");
    private static final String NEVER = "never";

    private BanComment() {}

    public static String format(Ban ban) {
        return "since=" + ban.since() + " until="
                + ban.until().map(Instant::toString).orElse(NEVER) + " count=" + ban.count()
                + (ban.reason().isEmpty() ? "" : " reason=" + ban.reason());
    }

    /** The ban of this source by the comment in this line; empty if there is none, or it isn't of our making. */
    public static Optional<Ban> parse(String line, Prefix source) {
        Matcher note = NOTE.matcher(line);
        if (!note.find()) {
            return Optional.empty();
        }
        try {
            Instant since = Instant.parse(note.group("since"));
            String until = note.group("until");
            Duration length = until.equals(NEVER) ? Duration.ZERO : Duration.between(since, Instant.parse(until));
            int count = Integer.parseInt(Objects.requireNonNullElse(note.group("count"), "1"));
            return Optional.of(
                    new Ban(source, since, length, count, Objects.requireNonNullElse(note.group("reason"), "")));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
