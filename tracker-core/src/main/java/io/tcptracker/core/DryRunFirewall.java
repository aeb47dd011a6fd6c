package io.tcptracker.core;

import java.util.Collection;
import java.util.List;

enum DryRunFirewall implements Firewall {
    INSTANCE;

    @Override
    public void replace(Collection<Ban> bans) {}

    @Override
    public void add(Collection<Ban> bans) {}

    @Override
    public List<Ban> bans() {
        return List.of();
    }

    @Override
    public boolean enforces() {
        return false;
    }

    @Override
    public void close() {}
}
