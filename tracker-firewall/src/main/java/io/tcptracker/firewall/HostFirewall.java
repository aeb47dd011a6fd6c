package io.tcptracker.firewall;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.firewall.backend.HostEnvironment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The firewall of the network namespace that this process is in. New connections, and packets that belong to none, of a
 * banned source are dropped; its established ones go on, and those made to it.
 *
 * <p>Confined to one thread at a time. Each call runs up to a few programs, each of which is killed after 5 s; an
 * interrupt doesn't cut it short.
 */
public interface HostFirewall extends Firewall {
    /** The traffic that bans apply to. */
    enum Protection {
        /** This host. */
        HOST,
        /** This host, and all that it forwards traffic to: containers, virtual machines, other hosts. */
        ALL
    }

    /**
     * Opens the firewall for a tracker that keeps it. A second tracker is refused as long as this process lives or until
     * {@link #close} or {@link #leave}. Changes nothing yet: what an earlier run left, of any variant, is in force until
     * {@link #replace}.
     *
     * @throws FirewallException if the firewall can't be read, the variant doesn't work here, or another tracker keeps
     *     it
     */
    static HostFirewall open(BackendChoice variant, Protection protection) throws FirewallException {
        return NamespaceFirewall.open(local(), variant, protection);
    }

    /**
     * Reports what {@link #open} would choose on this host, and why. What is in force stays as it is. As {@code open} does,
     * this makes a set and a chain of another name for a moment, to see whether the kernel takes them.
     */
    static HostReport report(BackendChoice variant, Protection protection) {
        try {
            return NamespaceFirewall.report(local(), variant, protection);
        } catch (FirewallException e) {
            return new HostReport(Optional.empty(), Optional.of(e), false, List.of(), List.of());
        }
    }

    /**
     * Opens the firewall as it is, of any variant and even if a tracker keeps it. Use it to list bans, to change them manually,
     * or to remove everything with {@link #close} after a crash. A tracker that keeps it finds a change at its next {@link #check}.
     * It need not be closed; {@link #leave} ends the programs that it runs.
     *
     * @throws FirewallException if the firewall can't be read
     */
    static HostFirewall attach() throws FirewallException {
        return NamespaceFirewall.attach(local());
    }

    private static HostEnvironment local() throws FirewallException {
        return HostEnvironment.local(NamespaceLock.file(System.getenv()));
    }

    /**
     * Returns the choice in one line, such as {@code iptables 1.8.9 (nf_tables) with ipset 7.17, IPv4 and IPv6}. If it isn't
     * the best, the line says why.
     */
    String description();

    /** Returns the facts about this host that limit what bans do, or may take bans away. */
    List<FirewallWarning> warnings() throws IOException;

    /**
     * Returns what is exempt in the kernel, with the reasons. Of prefixes within each other the outermost may stand for all.
     *
     * @throws FirewallException if the firewall can't be read
     */
    List<AllowList.Entry> allowed() throws IOException;

    /** Returns whether a tracker keeps the firewall, be it this one or another. */
    boolean isKept();

    /** Ends the use of this firewall, but leaves all that is in force; the next tracker takes it over. */
    void leave() throws IOException;
}
