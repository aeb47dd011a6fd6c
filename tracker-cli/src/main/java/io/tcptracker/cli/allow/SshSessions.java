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

/** The SSH peers of this host. The user who started us may be among them, and a ban would lock that user out. */
final class SshSessions {
    private static final Logger log = LoggerFactory.getLogger(SshSessions.class);

    private static final int SSH = 22;
    private static final String ESTABLISHED = "01";
    private static final int MOST_CONFIGURATION = 1 << 20;
    /** A bound, since an attacker can be connected to SSH too, without a login. */
    private static final int MOST_PEERS = 256;

    private static final Pattern PORT =
            Pattern.compile("(?mi)^[ \t]*Port(?:[ \t]*=[ \t]*|[ \t]+)\"?([0-9]{1,5})\"?[ \t\r]*(?:#.*)?$");

    private SshSessions() {}

    /** Returns the peers of TCP connections to the ports of SSH; {@code root} is {@code /}, except in tests. */
    static Set<IpAddress> peers(Path root) {
        Set<Integer> ports = ports(root);
        Set<IpAddress> peers = new LinkedHashSet<>();
        addPeers(root.resolve("proc/net/tcp"), ports, peers);
        addPeers(root.resolve("proc/net/tcp6"), ports, peers);
        return peers;
    }

    /** Returns the client in {@code SSH_CONNECTION}, which sshd sets for the programs that it starts (ssh(1)). */
    static Optional<IpAddress> client(String sshConnection) {
        String address = sshConnection.strip().split("[ %]", 2)[0];
        try {
            return address.isEmpty() ? Optional.empty() : Optional.of(IpAddress.parse(address));
        } catch (IllegalArgumentException e) {
            log.debug("invalid SSH_CONNECTION: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static void addPeers(Path table, Set<Integer> ports, Set<IpAddress> peers) {
        try (BufferedReader rows = Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                Optional<IpAddress> peer = peer(row, ports);
                if (peer.isPresent() && peers.add(peer.get()) && peers.size() == MOST_PEERS) {
                    log.warn("{} hosts are connected to SSH: further ones are not on the allow list", MOST_PEERS);
                    return;
                }
            }
        } catch (IOException e) {
            log.debug("cannot read {}: {}", table, e.getMessage());
        }
    }

    /** Returns the peer in a row like {@code 0: 0100007F:0016 0200007F:C350 01 ...} (proc_net_tcp of the kernel's docs). */
    private static Optional<IpAddress> peer(String row, Set<Integer> ports) {
        String[] fields = row.strip().split("\\s+", 5);
        try {
            return fields[3].equals(ESTABLISHED) && ports.contains(port(fields[1]))
                    ? Optional.of(address(fields[2]))
                    : Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty(); // the headings, or an unknown format
        }
    }

    private static int port(String addressAndPort) {
        return HexFormat.fromHexDigits(addressAndPort, addressAndPort.indexOf(':') + 1, addressAndPort.length());
    }

    /** Reads an address: its network order in words of 32 bits, each in the byte order of this machine. */
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
                log.debug("cannot read {}: {}", file, e.getMessage());
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
            // The directory is optional.
        }
        return files;
    }
}
