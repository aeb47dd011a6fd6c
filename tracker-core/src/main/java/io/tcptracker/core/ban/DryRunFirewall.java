package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import java.util.Collection;
import java.util.List;

/** A firewall that changes nothing. Threadsafe. */
enum DryRunFirewall implements Firewall {
    INSTANCE;

    @Override
    public List<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed) {
        return List.copyOf(wanted);
    }

    @Override
    public void add(Collection<Ban> bans, BansInForce believed) {}

    @Override
    public void lift(Collection<Prefix> sources) {}

    @Override
    public void allow(AllowList allowed) {}

    @Override
    public List<Ban> bans() {
        return List.of();
    }

    @Override
    public Condition check(BansInForce believed) {
        return Condition.INTACT;
    }

    @Override
    public int capacity() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean endsBans() {
        return true;
    }

    @Override
    public boolean enforces() {
        return false;
    }

    @Override
    public void close() {}
}
