package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A ban as an element of a set. The kernel knows when it ends; the comment holds the rest, so that nothing else need be
 * kept: {@code since+length #count reason}, both times in seconds, to the nanosecond, as a tracker knows its bans by them.
 */
final class NftElement {
    /** Of nft. The reason, which comes last, is cut off where a very long ban leaves no room for all of it. */
    private static final int MOST_COMMENT = 128;

    private static final Pattern SET = Pattern.compile("\\s*set (\\S+) \\{");
    private static final Pattern ELEMENTS = Pattern.compile("\\s*elements = \\{.*");
    private static final Pattern ELEMENT =
            Pattern.compile("(?<address>[0-9a-fA-F.:]+)(?: timeout (?<timeout>[^\\s,]+))?"
                    + "(?: expires (?<expires>[^\\s,]+))?(?: comment \"(?<comment>[^\"]*)\")?(?=,|\\s|$)");
    private static final Pattern COMMENT = Pattern.compile(
            "(?<since>-?\\d{1,12})(?:\\.(?<nanos>\\d{9}))?\\+(?<length>\\d{1,12})(?:\\.(?<rest>\\d{9}))?"
                    + " #(?<count>\\d{1,10})(?: (?<reason>.*))?");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|[dhms])");

    private NftElement() {}

    /** Empty if its time is up. */
    static Optional<String> format(Ban ban, Instant now) {
        String timeout = "";
        if (ban.until().isPresent()) {
            long left = Duration.between(now, ban.until().get()).toMillis();
            if (left <= 0) {
                return Optional.empty();
            }
            timeout = " timeout " + left / 1000 + "s" + left % 1000 + "ms";
        }
        String reason = ban.reason().isEmpty() ? "" : " " + ban.reason();
        String since = seconds(Duration.between(Instant.EPOCH, ban.since()));
        String comment = since + "+" + seconds(ban.length()) + " #" + ban.count() + reason;
        String kept = comment.substring(0, Math.min(comment.length(), MOST_COMMENT));
        return Optional.of(ban.source().address() + timeout + " comment \"" + kept + "\"");
    }

    private static String seconds(Duration time) {
        long seconds = time.getSeconds();
        int nanos = time.getNano();
        return nanos == 0 ? String.valueOf(seconds) : seconds + String.format(".%09d", nanos);
    }

    /** The bans in the sets of a table as nft shows it. */
    static List<Ban> parse(String listing, Instant now) {
        List<Ban> bans = new ArrayList<>();
        Optional<NftBanSet> set = Optional.empty();
        boolean elements = false;
        for (String line : listing.lines().toList()) {
            Matcher header = SET.matcher(line);
            if (header.matches()) {
                set = NftBanSet.parse(header.group(1));
                elements = false;
            }
            elements |= ELEMENTS.matcher(line).matches();
            if (set.isPresent() && elements) {
                String rest = line.replaceFirst("^\\s*(elements = \\{)?\\s*", "");
                Matcher each = ELEMENT.matcher(rest);
                while (each.lookingAt()) {
                    ban(each, set.get(), now).ifPresent(bans::add);
                    each.region(Math.min(rest.length(), each.end() + ", ".length()), rest.length());
                }
                elements = !line.endsWith(" }");
            }
        }
        return bans;
    }

    private static Optional<Ban> ban(Matcher element, NftBanSet set, Instant now) {
        Prefix source;
        try {
            source = new Prefix(IpAddress.parse(element.group("address")), set.length());
        } catch (IllegalArgumentException e) {
            // With bits past the length, which somebody else put there and no address ever equals.
            return Optional.empty();
        }
        String comment = Objects.requireNonNullElse(element.group("comment"), "");
        return ours(source, comment).or(() -> Optional.of(theirs(source, element, now)));
    }

    /** What the kernel knows is all there is. */
    private static Ban theirs(Prefix source, Matcher element, Instant now) {
        String timeout = element.group("timeout");
        String expires = element.group("expires");
        if (timeout == null || expires == null) {
            return new Ban(source, Instant.EPOCH, Duration.ZERO);
        }
        return new Ban(source, now.minus(time(timeout).minus(time(expires))), time(timeout));
    }

    private static Optional<Ban> ours(Prefix source, String text) {
        Matcher comment = COMMENT.matcher(text);
        if (!comment.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Ban(
                    source,
                    Instant.ofEpochSecond(Long.parseLong(comment.group("since")), nanos(comment.group("nanos"))),
                    Duration.ofSeconds(Long.parseLong(comment.group("length")), nanos(comment.group("rest"))),
                    Integer.parseInt(comment.group("count")),
                    Objects.requireNonNullElse(comment.group("reason"), "")));
        } catch (DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static long nanos(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** Reads {@code 1d2h3m4s564ms}. */
    private static Duration time(String text) {
        Duration sum = Duration.ZERO;
        for (Matcher each = TIME.matcher(text); each.find(); ) {
            long number = Long.parseLong(each.group(1));
            sum = sum.plus(
                    switch (each.group(2)) {
                        case "d" -> Duration.ofDays(number);
                        case "h" -> Duration.ofHours(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "s" -> Duration.ofSeconds(number);
                        default -> Duration.ofMillis(number);
                    });
        }
        return sum;
    }
}
