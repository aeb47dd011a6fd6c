package io.tcptracker.core.ban;

import io.tcptracker.core.net.ExplainedException;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * A firewall that keeps banned sources out. It remembers no bans: its caller does, and passes a view of them where the
 * firewall needs it. Used by one thread at a time; each call may wait for other programs, but no longer than a few seconds.
 */
public interface Firewall extends AutoCloseable {
    /** Returns a firewall that changes nothing, to see which sources would be banned. */
    static Firewall dryRun() {
        return DryRunFirewall.INSTANCE;
    }

    /**
     * Puts these bans in force, and no others, and exempts these prefixes, and no others. What is missing is set up and what
     * is left over goes. There is no moment in which a source gets through that is banned before and after. Idempotent.
     *
     * <p>Bans that the user added or lifted manually since the last {@link #check} stay added or lifted, as far as they
     * can be told from damage.
     *
     * @param believed the bans that the caller believes to be in force, by which manual changes are told
     * @return the bans in force now: those wanted, but for manual changes
     * @throws FirewallException if it could not be done; what was in force may then still be
     */
    Collection<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed) throws IOException;

    /**
     * Adds bans to those in force. A ban takes the place of its source's former ban.
     *
     * @param believed the bans that the caller believes to be in force
     * @throws FirewallException if it could not be done; some of the bans may then be in force
     */
    void add(Collection<Ban> bans, BansInForce believed) throws IOException;

    /**
     * Lifts the bans of these sources, not those of prefixes within them or around them. A source without a ban is passed
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
     * Returns the bans in force, oldest first, of any origin. It reads all of them, so it is not for every few seconds.
     *
     * @throws FirewallException if the firewall can't be read
     */
    List<Ban> bans() throws IOException;

    /**
     * Returns what others did to the firewall since it was last changed or checked. Cheap, for every few seconds.
     *
     * @param believed the bans that the caller believes to be in force
     * @throws FirewallException if the firewall can't be read
     */
    Condition check(BansInForce believed) throws IOException;

    /**
     * Runs {@code changed} soon after rules of the host are changed, by this program or by others, if the kernel announces
     * that. If it doesn't, {@link #check} alone finds changes. Call it once; it ends with the use of the firewall.
     *
     * @param changed is called on a thread of its own, maybe often, and must not wait
     */
    default void onChange(Runnable changed) {}

    /** Returns how many bans there is room for. */
    int capacity();

    /**
     * Returns whether a ban ends without this program when its time is over. If not, it lasts until it is
     * {@linkplain #lift lifted}.
     */
    boolean endsBans();

    /** Returns whether a ban really keeps its source out. */
    default boolean enforces() {
        return true;
    }

    /**
     * Lifts all bans and removes everything of ours. Nothing there is success.
     *
     * @throws FirewallException if something of ours may be left
     */
    @Override
    void close() throws IOException;

    /**
     * The state of a firewall, compared with how it was left. Immutable.
     *
     * @param detail what is wrong, in a few words for a log; empty if nothing is
     */
    record Condition(State state, String detail) {
        public static final Condition INTACT = new Condition(State.INTACT, "");

        /** The sort of change. */
        public enum State {
            /** Nothing. */
            INTACT,
            /** The user added or lifted bans with this program's own command: {@link Firewall#bans} returns the result. */
            CHANGED_MANUALLY,
            /** Another program removed or moved something of ours; {@link Firewall#replace} puts it back. */
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
            /** The firewall has no room for more bans. */
            FULL,
            /** A failure for a reason that may pass. */
            FAILED
        }
    }
}
