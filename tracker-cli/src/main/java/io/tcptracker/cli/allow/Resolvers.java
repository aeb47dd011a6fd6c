package io.tcptracker.cli.allow;

import io.tcptracker.core.ban.AllowList.Entry;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name servers in a resolv.conf(5), as of now. A file that can't be read has none. Not threadsafe. */
final class Resolvers {
    private static final Logger log = LoggerFactory.getLogger(Resolvers.class);

    /** The address without its scope, which a link-local address has. */
    private static final Pattern NAMESERVER = Pattern.compile("(?m)^[ \t]*nameserver[ \t]+([^%\\s]+)");

    private static final int MOST_BYTES = 1 << 20;

    private final String name;
    private final WatchedFile file;
    private List<Entry> entries = List.of();

    /** Creates the resolvers of the file {@code name}, such as {@code /etc/resolv.conf}, below {@code root}. */
    Resolvers(Path root, String name) {
        this.name = name;
        file = new WatchedFile(root.resolve(name.substring(1)), MOST_BYTES);
    }

    List<Entry> entries(long now) {
        try {
            Optional<String> text = file.changed(now);
            if (text.isPresent()) {
                entries = parse(text.get());
            }
        } catch (IOException e) {
            entries = List.of();
        }
        return entries;
    }

    private List<Entry> parse(String text) {
        List<Entry> parsed = new ArrayList<>();
        Matcher nameserver = NAMESERVER.matcher(text);
        while (nameserver.find()) {
            try {
                Prefix resolver = Prefix.of(IpAddress.parse(nameserver.group(1)));
                parsed.add(new Entry(resolver, "resolver (" + name + ")"));
            } catch (IllegalArgumentException e) {
                log.debug("invalid name server in {}: {}", name, e.getMessage());
            }
        }
        return List.copyOf(parsed);
    }
}
