package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.BanComment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A ban as an element of a set. The kernel knows when it ends; the comment holds the rest. */
final class NftElement {
    private static final Pattern SET = Pattern.compile("\\s*set (\\S+) \\{");
    private static final Pattern ELEMENTS = Pattern.compile("\\s*elements = \\{.*");
    private static final Pattern ELEMENT =
            Pattern.compile("(?<address>[0-9a-fA-F.:]+)(?: timeout (?<timeout>[^\\s,]+))?"
                    + "(?: expires (?<expires>[^\\s,]+))?(?: comment \"(?<comment>[^\"]*)\")?(?=,|\\s|$)");
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|[dhms])");

    private NftElement() {}

    /** Returns the element of a ban; empty if its time is over. */
    static Optional<String> format(Ban ban, Instant now) {
        String timeout = "";
        if (ban.until().isPresent()) {
            long left = Duration.between(now, ban.until().get()).toMillis();
            if (left <= 0) {
                return Optional.empty();
            }
            timeout = " timeout " + left / 1000 + "s" + left % 1000 + "ms";
        }
        return Optional.of(ban.source().address() + timeout + " comment \"" + BanComment.format(ban) + "\"");
    }

    /** Returns the bans in the sets of a table as nft shows it. */
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
            // An element of another program with bits past the length, which matches no address.
            return Optional.empty();
        }
        return BanComment.parse(element.group(), source).or(() -> Optional.of(theirs(source, element, now)));
    }

    /** Returns a ban without our comment, of which only the kernel's times are known. */
    private static Ban theirs(Prefix source, Matcher element, Instant now) {
        String timeout = element.group("timeout");
        String expires = element.group("expires");
        if (timeout == null || expires == null) {
            return new Ban(source, Instant.EPOCH, Duration.ZERO);
        }
        return new Ban(source, now.minus(time(timeout).minus(time(expires))), time(timeout));
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
