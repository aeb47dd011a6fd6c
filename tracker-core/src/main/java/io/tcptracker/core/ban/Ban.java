package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A decision to block a source for a while. Immutable.
 *
 * @param source the addresses that are blocked
 * @param since when it was decided
 * @param length how long it lasts; zero for as long as the tracker runs
 * @param count how many bans of this source there have been, this one included
 * @param reason why, for people: up to 100 printable ASCII characters but quotes and backslashes, as it is kept in the
 *     firewall
 */
public record Ban(Prefix source, Instant since, Duration length, int count, String reason) {
    private static final Pattern REASON = Pattern.compile("[ -~&&[^\"'\\\\]]{0,100}");

    public Ban {
        if (count < 1) {
            throw new IllegalArgumentException("a ban is the first or a later one, not number " + count);
        }
        if (!REASON.matcher(reason).matches()) {
            throw new IllegalArgumentException(
                    "the reason of a ban is up to 100 printable ASCII characters without quotes and backslashes");
        }
    }

    /** Creates a source's first ban, without a reason. */
    public Ban(Prefix source, Instant since, Duration length) {
        this(source, since, length, 1, "");
    }

    /** Returns when the ban ends by itself; empty if it lasts as long as the tracker runs. */
    public Optional<Instant> until() {
        return length.isZero() ? Optional.empty() : Optional.of(since.plus(length));
    }
}
