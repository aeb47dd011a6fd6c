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
import org.jspecify.annotations.Nullable;

/**
 * The comment of a rule, entry or element in the kernel: {@code since+length #count reason}. It carries what the kernel doesn't
 * know of a ban, so that no file is needed. Both times are in seconds, to the nanosecond, as a tracker knows its bans by
 * them.
 */
public final class BanComment {
    /** The limit of nft; iptables takes 255 bytes and ipset 255. Where all of it doesn't fit, the reason is cut off. */
    private static final int MOST = 128;

    private static final Pattern QUOTED = Pattern.compile("comment \"([^\"]*)\"");
    private static final Pattern FORMAT = Pattern.compile(
            "(?<since>-?\\d{1,12})(?:\\.(?<nanos>\\d{9}))?\\+(?<length>\\d{1,12})(?:\\.(?<rest>\\d{9}))?"
                    + " #(?<count>\\d{1,10})(?: (?<reason>.*))?");
    /** The format of version 0.1.0 for iptables and ipset, so that an upgrade takes over its bans. */
    private static final Pattern FORMER = Pattern.compile("since=(?<since>\\S+) until=(?<until>\\S+)"
            + "(?: count=(?<count>[1-9]\\d{0,8}))?(?: reason=(?<reason>.*))?");

    private BanComment() {}

    /** Returns the comment for a ban, without quotes. */
    public static String format(Ban ban) {
        String since = seconds(Duration.between(Instant.EPOCH, ban.since()));
        String reason = ban.reason().isEmpty() ? "" : " " + ban.reason();
        String comment = since + "+" + seconds(ban.length()) + " #" + ban.count() + reason;
        return comment.substring(0, Math.min(comment.length(), MOST));
    }

    private static String seconds(Duration time) {
        int nanos = time.getNano();
        return nanos == 0 ? String.valueOf(time.getSeconds()) : time.getSeconds() + String.format(".%09d", nanos);
    }

    /**
     * Reads the ban of this source from the comment in a rule, entry or element.
     *
     * @return empty if there is no comment, or it isn't of our making
     */
    public static Optional<Ban> parse(String line, Prefix source) {
        Matcher quoted = QUOTED.matcher(line);
        if (!quoted.find()) {
            return Optional.empty();
        }
        try {
            Matcher comment = FORMAT.matcher(quoted.group(1));
            if (comment.matches()) {
                Instant since =
                        Instant.ofEpochSecond(Long.parseLong(comment.group("since")), nanos(comment.group("nanos")));
                Duration length =
                        Duration.ofSeconds(Long.parseLong(comment.group("length")), nanos(comment.group("rest")));
                return Optional.of(ban(source, since, length, comment));
            }
            Matcher former = FORMER.matcher(quoted.group(1));
            if (former.matches()) {
                Instant since = Instant.parse(former.group("since"));
                String until = former.group("until");
                Duration length = until.equals("never") ? Duration.ZERO : Duration.between(since, Instant.parse(until));
                return Optional.of(ban(source, since, length, former));
            }
            return Optional.empty();
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static long nanos(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static Ban ban(Prefix source, Instant since, Duration length, Matcher comment) {
        int count = Integer.parseInt(Objects.requireNonNullElse(comment.group("count"), "1"));
        return new Ban(source, since, length, count, Objects.requireNonNullElse(comment.group("reason"), ""));
    }
}
