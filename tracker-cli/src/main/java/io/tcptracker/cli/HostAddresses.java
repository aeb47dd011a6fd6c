package io.tcptracker.cli;

import io.tcptracker.core.AllowList;
import io.tcptracker.core.IpAddress;
import io.tcptracker.core.Prefix;
import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom this host must never block, as of now: itself on every interface, the broadcast addresses of its networks, its
 * gateways and its resolvers, and what the user allows.
 */
final class HostAddresses implements Supplier<AllowList> {
    private static final Logger log = LoggerFactory.getLogger(HostAddresses.class);

    /** resolv.conf(5); a scope behind a link-local address is left out. */
    private static final Pattern NAMESERVER = Pattern.compile("(?m)^[ \t]*nameserver[ \t]+([^%\\s]+)");

    private final Path root;
    private final Collection<Prefix> allowed;
    private List<Prefix> lastOwn = List.of();

    /** Everything is read below {@code root}, which is {@code /} but for tests. */
    HostAddresses(Path root, Collection<Prefix> allowed) {
        this.root = root;
        this.allowed = List.copyOf(allowed);
    }

    @Override
    public AllowList get() {
        List<Prefix> all = new ArrayList<>(allowed);
        try {
            lastOwn = own();
        } catch (SocketException e) {
            log.warn("can't read the host's own addresses, so those known before are kept: {}", e.getMessage());
        }
        all.addAll(lastOwn);
        Routes.read(root).gateways().forEach(gateway -> all.add(Prefix.of(gateway)));
        resolvers("etc/resolv.conf", all);
        // systemd-resolved shows programs itself; here is whom it asks.
        resolvers("run/systemd/resolve/resolv.conf", all);
        return AllowList.of(all);
    }

    private static List<Prefix> own() throws SocketException {
        List<Prefix> own = new ArrayList<>();
        for (NetworkInterface device : (Iterable<NetworkInterface>) NetworkInterface.networkInterfaces()::iterator) {
            for (InterfaceAddress address : device.getInterfaceAddresses()) {
                own.add(Prefix.of(IpAddress.of(address.getAddress())));
                if (address.getBroadcast() != null) {
                    own.add(Prefix.of(IpAddress.of(address.getBroadcast())));
                }
            }
        }
        return own;
    }

    private void resolvers(String file, List<Prefix> into) {
        String text;
        try {
            // Comments may be in any encoding.
            text = Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            log.debug("{} can't be read: {}", file, e.getMessage());
            return;
        }
        Matcher nameserver = NAMESERVER.matcher(text);
        while (nameserver.find()) {
            try {
                into.add(Prefix.of(IpAddress.parse(nameserver.group(1))));
            } catch (IllegalArgumentException e) {
                log.debug("{} names a resolver that makes no sense: {}", file, e.getMessage());
            }
        }
    }
}
