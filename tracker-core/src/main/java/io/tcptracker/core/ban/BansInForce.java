package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A view of the bans that the caller of a {@link Firewall} believes to be in force. A firewall compares them with what it
 * finds, so that it need not remember bans itself.
 */
public interface BansInForce {
    /** Returns the ban of exactly this source, not of a prefix within it or around it. */
    Optional<Ban> get(Prefix source);

    /** Returns each ban once, in any order. */
    Stream<Ban> all();

    /** Returns a view of these bans, of which the last of each source counts. */
    static BansInForce of(Collection<Ban> bans) {
        Map<Prefix, Ban> bySource = new HashMap<>();
        bans.forEach(ban -> bySource.put(ban.source(), ban));
        return new BansInForce() {
            @Override
            public Optional<Ban> get(Prefix source) {
                return Optional.ofNullable(bySource.get(source));
            }

            @Override
            public Stream<Ban> all() {
                return bySource.values().stream();
            }
        };
    }
}
