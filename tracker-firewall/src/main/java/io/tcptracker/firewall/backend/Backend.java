package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.ban.Firewall.FirewallException;
import java.util.List;

/** A way to put bans in force on a host, without regard to other trackers and to what another backend left. */
public interface Backend extends Firewall {
    /** The name of our chain and of our table, with which the names of our sets start too. */
    String NAME = "tcptracker";

    /** The state of the mark that manual changes leave. */
    enum Mark {
        /** No manual change since this backend last changed or checked the bans. */
        SAME,
        /** A manual change of bans. */
        CHANGED,
        /** The mark is lost, with the rule that it was on. */
        LOST
    }

    /** A backend that works on this host, not opened yet. */
    @FunctionalInterface
    interface Opening {
        /** Returns the backend, ready for a tracker. */
        Backend open() throws FirewallException;
    }

    /**
     * The properties of a backend. Immutable.
     *
     * @param description the tools, their versions and the address families, in one line
     * @param coversForwarded whether bans apply to forwarded traffic too
     * @param flushedByFirewalld whether each reload of firewalld takes the rules away
     * @param announced whether the kernel announces changes of the rules
     */
    record Traits(String description, boolean coversForwarded, boolean flushedByFirewalld, boolean announced) {}

    /** Returns the properties. */
    Traits traits();

    /** Returns whether anything of this backend is there. */
    boolean isInForce() throws FirewallException;

    /** Returns whether Docker's chains are there. */
    boolean hasDocker() throws FirewallException;

    /** Returns whether bans were changed manually. Cheap. */
    Mark mark() throws FirewallException;

    /** Returns what is exempt, with the reasons, as far as the kernel keeps them. */
    List<AllowList.Entry> allowed() throws FirewallException;

    /** Ends the programs that run, and leaves all that is in force. */
    void leave();

    /**
     * Removes what an earlier run left, now that another backend has the bans. What that backend uses too stays.
     *
     * @throws FirewallException if something may be left
     */
    void discard() throws FirewallException;

    @Override
    void close() throws FirewallException;
}
