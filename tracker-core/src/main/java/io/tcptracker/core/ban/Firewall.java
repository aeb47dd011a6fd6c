package io.tcptracker.core.ban;

import io.tcptracker.core.net.ExplainedException;
import io.tcptracker.core.net.Prefix;
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
     * Makes these bans, and no others, be in force, and exempts these prefixes, and no others. Whatever is missing is put
     * up and whatever is stale goes, with no moment in between in which a source that is banned before and after gets
     * through. Idempotent.
     *
     * @throws FirewallException if it could not be done; what was in force may then still be
     */
    void replace(Collection<Ban> bans, AllowList allowed) throws IOException;

    /**
     * Adds bans to those in force. One of a source that is banned already takes the place of the former.
     *
     * @throws FirewallException if it could not be done; some of the bans may then be in force
     */
    void add(Collection<Ban> bans) throws IOException;

    /**
     * Lifts the bans of these sources, not those of prefixes within them or around them. One that isn't banned is passed
     * over.
     *
     * @throws FirewallException if it could not be done; some of the bans may then be lifted
     */
    void lift(Collection<Prefix> sources) throws IOException;

    /**
     * Exempts these prefixes, and no others, from every ban.
     *
     * @throws FirewallException if it could not be done; those exempt before then still are
     */
    void allow(AllowList allowed) throws IOException;

    /**
     * The bans in force, oldest first, whoever put them up.
     *
     * @throws FirewallException if the firewall can't be read
     */
    List<Ban> bans() throws IOException;

    /**
     * What others did to it since it was last changed or checked. Cheap, for every few seconds.
     *
     * @throws FirewallException if the firewall can't be read
     */
    Condition check() throws IOException;

    /**
     * Has {@code changed} run soon after anybody, be it us, changed rules of the host, as far as that is announced. Where it
     * isn't, {@link #check} alone tells. To be called once; it ends with the use of the firewall.
     *
     * @param changed is called on a thread of its own, maybe often, and must not wait
     */
    default void onChange(Runnable changed) {}

    /** How many bans there is room for. */
    int capacity();

    /** Whether a ban ends without us when its time is up. Else it lasts until it is {@linkplain #lift lifted}. */
    boolean endsBans();

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

    /**
     * Whether it is as it was left.
     *
     * @param detail what is wrong, in a few words for a log; empty if nothing is
     */
    record Condition(State state, String detail) {
        public static final Condition INTACT = new Condition(State.INTACT, "");

        /** What others did. */
        public enum State {
            /** Nothing. */
            INTACT,
            /** The user banned or lifted by hand, through us: {@link Firewall#bans} tells what is in force. */
            CHANGED_BY_HAND,
            /** Somebody took away or moved something of ours; {@link Firewall#replace} puts it back. */
            DAMAGED
        }
    }

    /** A failure to read or change the firewall. */
    final class FirewallException extends ExplainedException {
        private static final long serialVersionUID = 1;

        private final Kind kind;

        /** Creates a failure that has no cure. */
        public FirewallException(Kind kind, String failure) {
            this(kind, failure, "", "");
        }

        /**
         * Creates a failure.
         *
         * @param failure what failed and why, as a sentence without a full stop
         * @param toolOutput the words of the firewall program or the kernel, in one line; empty if there are none
         * @param cure what to do; empty if nothing helps
         */
        public FirewallException(Kind kind, String failure, String toolOutput, String cure) {
            super(failure, toolOutput, cure);
            this.kind = kind;
        }

        /** Returns what kind of failure this is. */
        public Kind kind() {
            return kind;
        }

        /** Returns the same failure as one of another kind. */
        public FirewallException withKind(Kind other) {
            return new FirewallException(other, failure(), toolOutput(), cure());
        }

        /** The kind of a failure to read or change the firewall. */
        public enum Kind {
            /** The process lacks a privilege. */
            NOT_PERMITTED,
            /** The firewall program is not installed. */
            NOT_INSTALLED,
            /** The firewall program does not work, or a kernel feature is missing. */
            UNAVAILABLE,
            /** Another tracker keeps the firewall of this network namespace. */
            IN_USE,
            /** Another program removed rules or sets of ours. {@link Firewall#replace} puts them back. */
            CHAIN_GONE,
            /** There is no room for more bans. */
            FULL,
            /** It failed for a reason that may pass. */
            FAILED
        }
    }
}
