package io.tcptracker.core;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Keeps banned sources out. Used by one thread at a time; each call may wait for other programs, but no longer than a
 * few seconds.
 */
public interface Firewall extends AutoCloseable {
    /** A firewall that changes nothing, to see what would be banned. */
    static Firewall dryRun() {
        return DryRunFirewall.INSTANCE;
    }

    /**
     * Makes these bans, and no others, be in force. Whatever is missing is put up and whatever is stale goes, with no
     * moment in between in which a source that is banned before and after gets through. Idempotent.
     *
     * @throws FirewallException if it could not be done; what was in force may then still be
     */
    void replace(Collection<Ban> bans) throws IOException;

    /**
     * Adds bans to those in force. None of them may be in force already.
     *
     * @throws FirewallException if it could not be done; some of the bans may then be in force
     */
    void add(Collection<Ban> bans) throws IOException;

    /**
     * The bans in force, oldest first, whoever put them up.
     *
     * @throws FirewallException if the firewall can't be read
     */
    List<Ban> bans() throws IOException;

    /** Whether a ban really keeps its source out. */
    default boolean enforces() {
        return true;
    }

    /**
     * Lifts all bans and takes away everything of ours. Nothing there is success.
     *
     * @throws FirewallException if something of ours may be left
     */
    @Override
    void close() throws IOException;

    /** A firewall that can't be read or changed; the message says in one line what is wrong and what to do. */
    final class FirewallException extends IOException {
        private static final long serialVersionUID = 1;

        private final Kind kind;

        public FirewallException(Kind kind, String message) {
            super(message);
            this.kind = kind;
        }

        public Kind kind() {
            return kind;
        }

        /** What sort of thing has to be mended. */
        public enum Kind {
            /** The process lacks a privilege. */
            NOT_PERMITTED,
            /** The firewall tool or a kernel feature is missing, or another tracker has the firewall. */
            UNAVAILABLE,
            /** Somebody else took our chain away, and every ban with it. */
            CHAIN_GONE,
            /** It failed for a reason that may pass. */
            FAILED
        }
    }
}
