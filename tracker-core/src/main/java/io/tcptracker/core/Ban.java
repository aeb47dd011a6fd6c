package io.tcptracker.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A decision to block a source for a while. Immutable.
 *
 * @param source the addresses that are blocked
 * @param since when it was decided
 * @param length how long it lasts; zero for as long as the tracker runs
 */
public record Ban(Prefix source, Instant since, Duration length) {
    /** When it ends by itself; empty if it lasts as long as the tracker runs. */
    public Optional<Instant> until() {
        return length.isZero() ? Optional.empty() : Optional.of(since.plus(length));
    }
}
