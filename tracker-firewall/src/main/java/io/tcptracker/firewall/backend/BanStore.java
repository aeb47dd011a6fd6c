package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.Prefix;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the bans are kept that our chains of both families put in force. See {@link io.tcptracker.core.Firewall}. */
public interface BanStore {
    /**
     * Puts everything up, with this in the first rule.
     *
     * @param generation how many times bans were changed by hand
     */
    void replace(Collection<Ban> bans, AllowList allowed, long generation) throws FirewallException;

    void add(Collection<Ban> bans) throws FirewallException;

    void lift(Collection<Prefix> sources) throws FirewallException;

    void allow(AllowList allowed) throws FirewallException;

    List<AllowList.Entry> allowed() throws FirewallException;

    /** In any order. */
    List<Ban> bans() throws FirewallException;

    /** What others did to the rules or to what they refer to, in a few words. */
    Optional<String> damage(Map<AddressFamily, List<String>> rules) throws FirewallException;

    /** Takes others' changes for granted, until the bans are read next. */
    void changedByHand();

    /** Takes away what the chains referred to, which are gone. */
    void remove() throws FirewallException;

    /** Leaves all that is in force, and ends what runs. */
    void leave();

    int capacity();

    boolean endsBans();
}
