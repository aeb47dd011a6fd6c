package io.tcptracker.firewall;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.backend.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A firewall with a ledger of bans, as a tracker keeps one. Without a ledger yet, it reads one from the firewall. */
public final class KeptFirewall implements AutoCloseable {
    private final Firewall firewall;
    private @Nullable Map<Prefix, Ban> ledger;

    public KeptFirewall(Firewall firewall) {
        this.firewall = firewall;
    }

    private Map<Prefix, Ban> ledger() throws IOException {
        Map<Prefix, Ban> known = ledger;
        return known == null ? adopt(firewall.bans()) : known;
    }

    private Map<Prefix, Ban> adopt(Collection<Ban> bans) {
        Map<Prefix, Ban> adopted = new LinkedHashMap<>();
        bans.forEach(ban -> adopted.put(ban.source(), ban));
        ledger = adopted;
        return adopted;
    }

    /** Reads the firewall only if the firewall asks. */
    private BansInForce believed() {
        return new BansInForce() {
            @Override
            public Optional<Ban> get(Prefix source) {
                return Optional.ofNullable(known().get(source));
            }

            @Override
            public Stream<Ban> all() {
                return known().values().stream();
            }

            private Map<Prefix, Ban> known() {
                try {
                    return ledger();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    public Collection<Ban> replace(Collection<Ban> bans, AllowList allowed) throws IOException {
        try {
            Collection<Ban> inForce = firewall.replace(bans, allowed, believed());
            adopt(inForce);
            return inForce;
        } catch (IOException e) {
            ledger = null;
            throw e;
        }
    }

    public void add(Collection<Ban> bans) throws IOException {
        try {
            firewall.add(bans, believed());
        } catch (IOException e) {
            ledger = null;
            throw e;
        }
        if (ledger != null) {
            bans.forEach(ban -> ledger.put(ban.source(), ban));
        }
    }

    public void lift(Collection<Prefix> sources) throws IOException {
        firewall.lift(sources);
        if (ledger != null) {
            ledger.keySet().removeAll(List.copyOf(sources));
        }
    }

    public void allow(AllowList allowed) throws IOException {
        firewall.allow(allowed);
    }

    public List<Ban> bans() throws IOException {
        return firewall.bans();
    }

    public Condition check() throws IOException {
        Condition condition = firewall.check(believed());
        if (condition.state() == State.CHANGED_MANUALLY) {
            adopt(firewall.bans());
        }
        return condition;
    }

    public void onChange(Runnable changed) {
        firewall.onChange(changed);
    }

    public int capacity() {
        return firewall.capacity();
    }

    public boolean endsBans() {
        return firewall.endsBans();
    }

    public List<AllowList.Entry> allowed() throws IOException {
        return firewall instanceof Backend backend ? backend.allowed() : host().allowed();
    }

    public void leave() throws IOException {
        if (firewall instanceof Backend backend) {
            backend.leave();
        } else {
            host().leave();
        }
    }

    @Override
    public void close() throws IOException {
        firewall.close();
    }

    private HostFirewall host() {
        return (HostFirewall) firewall;
    }

    public String description() {
        return host().description();
    }

    public List<FirewallWarning> warnings() throws IOException {
        return host().warnings();
    }

    public boolean isKept() {
        return host().isKept();
    }
}
