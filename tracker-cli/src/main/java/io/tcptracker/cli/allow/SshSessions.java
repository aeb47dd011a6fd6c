package io.tcptracker.cli.allow;

import io.tcptracker.core.net.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is connected to this host by SSH, as whoever started us may be: to block them would lock the user out. */
final class SshSessions {
    private static final Logger log = LoggerFactory.getLogger(SshSessions.class);

    private static final int SSH = 22;
    private static final String ESTABLISHED = "01";
    private static final int MOST_CONFIGURATION = 1 << 20;
    /** Strangers too can be connected to SSH, without having logged in. */
    private static final int MOST_PEERS = 256;

    private static final Pattern PORT =
            Pattern.compile("(?mi)^[ \t]*Port(?:[ \t]*=[ \t]*|[ \t]+)\"?([0-9]{1,5})\"?[ \t\r]*(?:#.*)?$");

    private SshSessions() {}

    /** Whom TCP connections to the ports of SSH are established with; {@code root} is {@code /} but for tests. */
    static Set<IpAddress> peers(Path root) {
        Set<Integer> ports = ports(root);
        Set<IpAddress> peers = new LinkedHashSet<>();
        addPeers(root.resolve("proc/net/tcp"), ports, peers);
        addPeers(root.resolve("proc/net/tcp6"), ports, peers);
        return peers;
    }

    /** The client that SSH itself tells those programs of that it starts (ssh(1)), if they hand it on. */
    static Optional<IpAddress> client(String sshConnection) {
        String address = sshConnection.strip().split("[ %]", 2)[0];
        try {
            return address.isEmpty() ? Optional.empty() : Optional.of(IpAddress.parse(address));
        } catch (IllegalArgumentException e) {
            log.debug("SSH_CONNECTION makes no sense: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static void addPeers(Path table, Set<Integer> ports, Set<IpAddress> peers) {
        try (BufferedReader rows = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                Optional<IpAddress> peer = peer(row, ports);
                if (peer.isPresent() && peers.add(peer.get()) && peers.size() == MOST_PEERS) {
                    log.warn("{} hosts are connected to SSH; any more can be blocked", MOST_PEERS);
                    return;
                }
            }
        } catch (IOException e) {
            log.debug("{} can't be read: {}", table, e.getMessage());
        }
    }

    /** Of a row like {@code 0: 0100007F:0016 0200007F:C350 01 ...}, see proc_net_tcp in the kernel's documentation. */
    private static Optional<IpAddress> peer(String row, Set<Integer> ports) {
        String[] fields = row.strip().split("\\s+", 5);
        try {
            return fields[3].equals(ESTABLISHED) && ports.contains(port(fields[1]))
                    ? Optional.of(address(fields[2]))
                    : Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty(); // the headings, or nothing that we know
        }
    }

    private static int port(String addressAndPort) {
        return HexFormat.fromHexDigits(addressAndPort, addressAndPort.indexOf(':') + 1, addressAndPort.length());
    }

    /** Words of 32 bits as this machine holds them, of an address in network order. */
    private static IpAddress address(String addressAndPort) {
        byte[] raw = HexFormat.of().parseHex(addressAndPort, 0, addressAndPort.indexOf(':'));
        if (raw.length % Integer.BYTES != 0) {
            throw new IllegalArgumentException("half a word");
        }
        ByteBuffer words = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
        ByteBuffer network = ByteBuffer.allocate(raw.length);
        while (words.hasRemaining()) {
            network.putInt(words.getInt());
        }
        return IpAddress.of(network.array());
    }

    private static Set<Integer> ports(Path root) {
        Set<Integer> ports = new LinkedHashSet<>(Set.of(SSH));
        for (Path file : configuration(root)) {
            try {
                new WatchedFile(file, MOST_CONFIGURATION).changed(0).ifPresent(text -> addPorts(text, ports));
            } catch (IOException e) {
                log.debug("{} can't be read: {}", file, e.getMessage());
            }
        }
        return ports;
    }

    private static void addPorts(String text, Set<Integer> ports) {
        Matcher port = PORT.matcher(text);
        while (port.find()) {
            ports.add(Integer.parseInt(port.group(1)));
        }
    }

    private static List<Path> configuration(Path root) {
        List<Path> files = new ArrayList<>(List.of(root.resolve("etc/ssh/sshd_config")));
        try (DirectoryStream<Path> more = Files.newDirectoryStream(root.resolve("etc/ssh/sshd_config.d"), "*.conf")) {
            more.forEach(files::add);
        } catch (IOException | DirectoryIteratorException e) {
            // There needn't be one.
        }
        return files;
    }
}
