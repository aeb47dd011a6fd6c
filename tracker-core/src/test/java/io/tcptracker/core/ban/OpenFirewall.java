package io.tcptracker.core.ban;

import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** A firewall that does nothing and has plenty of room, for tests to make more of. */
public class OpenFirewall implements Firewall {
    @Override
    public Collection<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed) throws IOException {
        return wanted;
    }

    @Override
    public void add(Collection<Ban> bans, BansInForce believed) throws IOException {}

    @Override
    public void lift(Collection<Prefix> sources) throws IOException {}

    @Override
    public void allow(AllowList allowed) throws IOException {}

    @Override
    public List<Ban> bans() throws IOException {
        return List.of();
    }

    @Override
    public Condition check(BansInForce believed) throws IOException {
        return Condition.INTACT;
    }

    @Override
    public int capacity() {
        return 100_000;
    }

    @Override
    public boolean endsBans() {
        return false;
    }

    @Override
    public void close() throws IOException {}
}
