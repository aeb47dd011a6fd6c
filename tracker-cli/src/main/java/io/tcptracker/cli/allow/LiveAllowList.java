package io.tcptracker.cli.allow;

import io.tcptracker.cli.console.ConfigurationException;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.AllowList.Entry;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom this host must never block, as of now: itself on every interface, the broadcast addresses of its networks, its
 * gateways and its resolvers, who was connected by SSH at the start, and what the user allows.
 *
 * <p>To ask is cheap: it looks at the host at most once a second, and at files only if they have changed. While nothing
 * changes, the answer is the same object. Threadsafe.
 */
public final class LiveAllowList implements Supplier<AllowList> {
    private static final Logger log = LoggerFactory.getLogger(LiveAllowList.class);

    private static final long LOOK_EVERY = Duration.ofSeconds(1).toNanos();
    /** To read the table of a router takes a second. */
    private static final long ROUTES_EVERY = Duration.ofSeconds(10).toNanos();
    /** Of what changed, no more than this is told. */
    private static final int TOLD = 3;

    private final Path root;
    private final LongSupplier ticker;
    private final List<Entry> fixed = new ArrayList<>();
    private final Optional<AllowFile> allowFile;
    private final List<Resolvers> resolvers;

    private List<Entry> own = List.of();
    private boolean ownUnknown;
    private List<Entry> gateways = List.of();
    private List<List<Entry>> parts = List.of();
    private AllowList current = AllowList.of(List.of());
    private boolean looked;
    private long lookedAt;
    private long routesReadAt;

    /**
     * Who is connected by SSH is fixed now.
     *
     * @param root everything of the host is read below it; {@code /} but for tests
     * @throws ConfigurationException if the file of allowed prefixes can't be read or makes no sense
     */
    public LiveAllowList(
            Path root,
            Map<String, String> environment,
            Collection<Prefix> allowed,
            Optional<Path> allowFile,
            LongSupplier ticker)
            throws ConfigurationException {
        this.root = root;
        this.ticker = ticker;
        this.allowFile = allowFile.isPresent()
                ? Optional.of(AllowFile.open(allowFile.get(), ticker.getAsLong()))
                : Optional.empty();
        resolvers = List.of(
                new Resolvers(root, "/etc/resolv.conf"),
                // systemd-resolved shows programs itself; here is whom it asks.
                new Resolvers(root, "/run/systemd/resolve/resolv.conf"));
        Set<IpAddress> peers = SshSessions.peers(root);
        if (!peers.isEmpty()) {
            log.info("connected by SSH, so never blocked: {}", few(peers));
        }
        peers.forEach(peer -> fixed.add(new Entry(Prefix.of(peer), "SSH session when tcptracker started")));
        SshSessions.client(environment.getOrDefault("SSH_CONNECTION", ""))
                .ifPresent(client -> fixed.add(new Entry(Prefix.of(client), "SSH_CONNECTION")));
        allowed.forEach(prefix -> fixed.add(new Entry(prefix, "--allow")));
    }

    @Override
    public synchronized AllowList get() {
        long now = ticker.getAsLong();
        if (!looked || now - lookedAt >= LOOK_EVERY) {
            look(now);
            looked = true;
            lookedAt = now;
        }
        return current;
    }

    private void look(long now) {
        try {
            own = OwnAddresses.read();
            ownUnknown = false;
        } catch (SocketException e) {
            if (!ownUnknown) {
                log.warn("can't read the host's own addresses, so those known before are kept: {}", e.getMessage());
            }
            ownUnknown = true;
        }
        if (!looked || now - routesReadAt >= ROUTES_EVERY) {
            routesReadAt = now;
            gateways = Routes.read(root).gateways().stream()
                    .map(gateway -> new Entry(Prefix.of(gateway), "gateway"))
                    .toList();
        }
        List<List<Entry>> found = new ArrayList<>(List.of(own, gateways));
        resolvers.forEach(each -> found.add(each.entries(now)));
        found.add(fixed);
        allowFile.ifPresent(file -> found.add(file.entries(now)));
        if (found.equals(parts)) {
            return;
        }
        parts = found;
        // The first reason for a prefix is told, whatever others there are.
        Map<Prefix, Entry> entries = new LinkedHashMap<>();
        parts.forEach(part -> part.forEach(entry -> entries.putIfAbsent(entry.prefix(), entry)));
        AllowList fresh = AllowList.ofEntries(entries.values());
        if (looked) {
            tell(fresh);
        }
        current = fresh;
    }

    private void tell(AllowList fresh) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "the allow list changed: added {}; gone {}",
                    few(lacking(fresh, current)),
                    few(lacking(current, fresh)));
        }
    }

    /** What the one has and the other lacks. */
    private static List<String> lacking(AllowList has, AllowList lacks) {
        Set<Entry> there = Set.copyOf(lacks.entries());
        return has.entries().stream()
                .filter(entry -> !there.contains(entry))
                .map(entry -> entry.prefix() + " (" + entry.reason() + ")")
                .toList();
    }

    private static String few(Collection<?> all) {
        String first =
                String.join(", ", all.stream().limit(TOLD).map(Object::toString).toList());
        return all.isEmpty() ? "none" : all.size() > TOLD ? first + " and " + (all.size() - TOLD) + " more" : first;
    }
}
