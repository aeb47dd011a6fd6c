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
 * The addresses that this host must never block, as of now. They are its own addresses on every interface, the broadcast
 * addresses of its networks, its gateways and its resolvers. The peers of SSH at the start and the user's prefixes follow.
 *
 * <p>A call is cheap: the host is read at most once a second, and files only if they have changed. While nothing changes,
 * each call returns the same object. Not threadsafe.
 */
public final class LiveAllowList implements Supplier<AllowList> {
    private static final Logger log = LoggerFactory.getLogger(LiveAllowList.class);

    private static final long READ_EVERY = Duration.ofSeconds(1).toNanos();
    /** Rarely, since the table of a router takes a second to read. */
    private static final long ROUTES_EVERY = Duration.ofSeconds(10).toNanos();
    /** The most changes that are logged one by one. */
    private static final int MOST_LOGGED = 3;

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
    private boolean wasRead;
    private long readAt;
    private long routesReadAt;

    /**
     * Fixes the peers that are connected by SSH now.
     *
     * @param root the directory below which the host is read: {@code /}, except in tests
     * @throws ConfigurationException if the file of allowed prefixes can't be read or is invalid
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
                // systemd-resolved shows its own address to programs. This file has the servers behind it.
                new Resolvers(root, "/run/systemd/resolve/resolv.conf"));
        Set<IpAddress> peers = SshSessions.peers(root);
        if (!peers.isEmpty()) {
            log.info("never blocked: {}, connected by SSH now", few(peers));
        }
        peers.forEach(peer -> fixed.add(new Entry(Prefix.of(peer), "SSH session when tcptracker started")));
        SshSessions.client(environment.getOrDefault("SSH_CONNECTION", ""))
                .ifPresent(client -> fixed.add(new Entry(Prefix.of(client), "SSH_CONNECTION")));
        allowed.forEach(prefix -> fixed.add(new Entry(prefix, "--allow")));
    }

    @Override
    public AllowList get() {
        long now = ticker.getAsLong();
        if (!wasRead || now - readAt >= READ_EVERY) {
            read(now);
            wasRead = true;
            readAt = now;
        }
        return current;
    }

    private void read(long now) {
        try {
            own = OwnAddresses.read();
            ownUnknown = false;
        } catch (SocketException e) {
            if (!ownUnknown) {
                log.warn("cannot read this host's addresses ({}): those known before stay allowed", e.getMessage());
            }
            ownUnknown = true;
        }
        if (!wasRead || now - routesReadAt >= ROUTES_EVERY) {
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
        // The first reason for a prefix is shown, even if there are others.
        Map<Prefix, Entry> entries = new LinkedHashMap<>();
        parts.forEach(part -> part.forEach(entry -> entries.putIfAbsent(entry.prefix(), entry)));
        AllowList fresh = AllowList.ofEntries(entries.values());
        if (wasRead) {
            logChange(fresh);
        }
        current = fresh;
    }

    private void logChange(AllowList fresh) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "the allow list changed: added {}; removed {}",
                    few(lacking(fresh, current)),
                    few(lacking(current, fresh)));
        }
    }

    /** Returns the entries that only the first list has. */
    private static List<String> lacking(AllowList has, AllowList lacks) {
        Set<Entry> there = Set.copyOf(lacks.entries());
        return has.entries().stream()
                .filter(entry -> !there.contains(entry))
                .map(entry -> entry.prefix() + " (" + entry.reason() + ")")
                .toList();
    }

    private static String few(Collection<?> all) {
        String first = String.join(
                ", ", all.stream().limit(MOST_LOGGED).map(Object::toString).toList());
        return all.isEmpty()
                ? "none"
                : all.size() > MOST_LOGGED ? first + " and " + (all.size() - MOST_LOGGED) + " more" : first;
    }
}
