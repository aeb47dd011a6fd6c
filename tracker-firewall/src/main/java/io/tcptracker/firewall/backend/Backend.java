package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.HostFirewall.Protection;
import java.util.List;

/** One of the ways to put bans in force on a host, without regard to who else uses it. */
public interface Backend extends Firewall {
    /** What the mark that changes by hand leave says. */
    enum Mark {
        /** None since this was last changed or checked. */
        SAME,
        CHANGED,
        /** It is lost, with what it was on. */
        LOST
    }

    /** What it is, in one line. */
    String description();

    /** What is kept from banned sources. */
    Protection protection();

    /** Whether anything of ours is there. */
    boolean isInForce() throws FirewallException;

    boolean hasDocker() throws FirewallException;

    /** Whether each reload of firewalld takes it away. */
    boolean isFlushedByFirewalld();

    /** Whether the kernel announces changes of what this keeps bans in. */
    boolean isAnnounced();

    /** Whether bans were changed by hand. Cheap. */
    Mark mark() throws FirewallException;

    /** What is exempt, with the reasons, as far as the kernel keeps it. */
    List<AllowList.Entry> allowed() throws FirewallException;

    /** Leaves all that is in force, and ends what runs. */
    void leave();

    @Override
    void close() throws FirewallException;
}
