package io.tcptracker.firewall;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.Backend.Mark;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps what was banned and lifted by hand when a tracker that doesn't know of it puts everything up anew, which it does
 * when it finds the firewall damaged.
 */
final class ManualChanges {
    /** What the tracker knows to be in force. */
    private final Map<Prefix, Ban> known = new HashMap<>();
    /** Whether it put something up, or took it away, that it doesn't know of yet. */
    private boolean pending;

    boolean pending() {
        return pending;
    }

    /** Whether there is something to tell the tracker, once. */
    boolean tell() {
        boolean told = pending;
        pending = false;
        return told;
    }

    /** These are all that the tracker knows to be in force. */
    void replaced(Collection<Ban> bans) {
        known.clear();
        added(bans);
    }

    void added(Collection<Ban> bans) {
        bans.forEach(ban -> known.put(ban.source(), ban));
    }

    void lifted(Collection<Prefix> sources) {
        known.keySet().removeAll(List.copyOf(sources));
    }

    /**
     * What the tracker wants, but for what was changed by hand.
     *
     * @param found what is in force, or what is left of it
     */
    Collection<Ban> merge(Collection<Ban> wanted, Collection<Ban> found, Mark mark, AllowList allowed) {
        Map<Prefix, Ban> merged = new LinkedHashMap<>();
        wanted.forEach(ban -> merged.put(ban.source(), ban));
        if (mark != Mark.LOST) {
            // Else it can't be told from what went with the mark.
            Set<Prefix> there = new HashSet<>();
            found.forEach(ban -> there.add(ban.source()));
            merged.values().removeIf(ban -> isKnown(ban) && !there.contains(ban.source()));
        }
        for (Ban ban : found) {
            // What others put up, and not through us, may be damage.
            boolean ours = ban.since().isAfter(Instant.EPOCH);
            if (ours && !isKnown(ban) && allowed.overlapping(ban.source()).isEmpty()) {
                merged.merge(ban.source(), ban, ManualChanges::later);
            }
        }
        pending |= !new HashSet<>(merged.values()).equals(new HashSet<>(wanted));
        return merged.values();
    }

    private boolean isKnown(Ban ban) {
        Ban former = known.get(ban.source());
        return former != null && former.since().equals(ban.since());
    }

    /** Of two bans of one source. */
    static Ban later(Ban one, Ban other) {
        return other.since().isAfter(one.since()) ? other : one;
    }
}
