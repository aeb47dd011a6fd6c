package io.tcptracker.firewall;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.Backend.Mark;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The bans that the user added and lifted manually since a tracker last looked. They are kept when the tracker, which doesn't
 * know of them yet, sets up everything again because the firewall is damaged.
 *
 * @param found the bans in force, or what is left of them
 * @param mark whether there were manual changes
 * @param believed the bans that the tracker believes to be in force
 * @param allowed the prefixes that are never banned
 * @param now the time, by which bans are over
 */
record ManualChanges(Collection<Ban> found, Mark mark, BansInForce believed, AllowList allowed, Instant now) {
    /** Returns the wanted bans without those that the user lifted, and with those that the user added. */
    Collection<Ban> appliedTo(Collection<Ban> wanted) {
        Map<Prefix, Ban> merged = new LinkedHashMap<>();
        wanted.forEach(ban -> merged.put(ban.source(), ban));
        if (mark != Mark.LOST) {
            // If the mark is lost, what is missing may have gone with it.
            Set<Prefix> there = new HashSet<>();
            found.forEach(ban -> there.add(ban.source()));
            merged.values().removeIf(ban -> isBelieved(ban) && !there.contains(ban.source()));
        }
        found.stream().filter(this::isAdded).forEach(ban -> merged.merge(ban.source(), ban, ManualChanges::later));
        return merged.values();
    }

    private boolean isAdded(Ban ban) {
        // A ban without our comment, which counts since the epoch, may be damage.
        return ban.since().isAfter(Instant.EPOCH)
                && ban.until().filter(until -> !until.isAfter(now)).isEmpty()
                && !isBelieved(ban)
                && allowed.overlapping(ban.source()).isEmpty();
    }

    private boolean isBelieved(Ban ban) {
        return believed.get(ban.source())
                .filter(former -> former.since().equals(ban.since()))
                .isPresent();
    }

    /** Returns the later of two bans of one source. */
    static Ban later(Ban one, Ban other) {
        return other.since().isAfter(one.since()) ? other : one;
    }
}
