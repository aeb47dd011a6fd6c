package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.Firewall.FirewallException;
import org.jspecify.annotations.Nullable;

/** The failures of a work that goes on in spite of them. The first one counts, as it mostly led to the others. */
public final class FailureCollector {
    private static final int MOST_KEPT = 10;

    private @Nullable FirewallException first;

    public void add(FirewallException failure) {
        if (first == null) {
            first = failure;
        } else if (first.getSuppressed().length < MOST_KEPT) {
            first.addSuppressed(failure);
        }
    }

    /**
     * Adds a failure with the work that it ended.
     *
     * @param whereof the work that could not be done, such as {@code for the ban of 192.0.2.1}
     */
    public void add(FirewallException failure, String whereof) {
        add(new FirewallException(
                failure.kind(), failure.failure() + " " + whereof, failure.toolOutput(), failure.cure()));
    }

    public void throwFirst() throws FirewallException {
        if (first != null) {
            throw first;
        }
    }
}
