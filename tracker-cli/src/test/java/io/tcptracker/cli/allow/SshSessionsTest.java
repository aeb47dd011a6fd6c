package io.tcptracker.cli.allow;

import static io.tcptracker.cli.testing.Root.connection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Root;
import io.tcptracker.core.net.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SshSessionsTest {
    private static final String ESTABLISHED = "01";
    private static final String HERE = "010200C0"; // 192.0.2.1
    private static final String HERE6 = "B80D0120000000000000000001000000";
    private static final String MAPPED_HERE = "0000000000000000FFFF0000010200C0";

    private final Root root;

    SshSessionsTest(@TempDir Path directory) {
        root = new Root(directory);
    }

    private List<String> peers() {
        return SshSessions.peers(root.path()).stream().map(IpAddress::toString).toList();
    }

    @Test
    void hostWithoutConnectionsHasNone() throws IOException {
        assertEquals(List.of(), peers());
        root.connections().connections6();
        assertEquals(List.of(), peers());
    }

    @Test
    void peersOfEstablishedConnectionsToSshAreFoundOnce() throws IOException {
        root.connections(
                        connection(HERE + ":0016", "090200C0:C350", ESTABLISHED),
                        connection(HERE + ":0016", "090200C0:C351", ESTABLISHED),
                        connection(HERE + ":0016", "0A0200C0:C350", ESTABLISHED))
                .connections6(
                        connection(HERE6 + ":0016", "B80D0120000000000000000009000000:C350", ESTABLISHED),
                        connection(MAPPED_HERE + ":0016", "0000000000000000FFFF0000090200C0:C352", ESTABLISHED),
                        connection(MAPPED_HERE + ":0016", "0000000000000000FFFF00000B0200C0:C350", ESTABLISHED));
        assertEquals(List.of("192.0.2.9", "192.0.2.10", "2001:db8::9", "192.0.2.11"), peers());
    }

    @ParameterizedTest
    @CsvSource({
        "0016, 0A, a socket that listens",
        "0016, 03, a connection half open which anyone can have in anyone's name",
        "0016, 06, a connection that is over",
        "0050, 01, a connection to another service",
        "C350, 01, a connection that this host opened"
    })
    void othersAreNoSessions(String port, String state, String what) throws IOException {
        root.connections(connection(HERE + ":" + port, "090200C0:0016", state));
        assertEquals(List.of(), peers(), what);
    }

    @ParameterizedTest
    @CsvSource({
        "Port 2222,                     true",
        "'  port\t2222   # the other',  true",
        "Port=2222,                     true",
        "'Port = \"2222\"',             true",
        "'Port 22\nPort 2222\r\n',      true",
        "#Port 2222,                    false",
        "Port 22221,                    false",
        "Port 2222222222,               false",
        "'Banner Port 2222',            false",
    })
    void portsAreThoseOfTheConfiguration(String line, boolean known) throws IOException {
        root.connections(
                connection(HERE + ":0016", "090200C0:C350", ESTABLISHED),
                connection(HERE + ":08AE", "0A0200C0:C350", ESTABLISHED));
        List<String> expected = known ? List.of("192.0.2.9", "192.0.2.10") : List.of("192.0.2.9");
        root.file("etc/ssh/sshd_config", "# ours\n" + line + "\nUsePAM yes\n");
        assertEquals(expected, peers(), "sshd_config");
        root.file("etc/ssh/sshd_config", "").file("etc/ssh/sshd_config.d/50-port.conf", line);
        assertEquals(expected, peers(), "sshd_config.d");
        root.file("etc/ssh/sshd_config.d/50-port.conf", "").file("etc/ssh/sshd_config.d/50-port.conf.bak", line);
        assertEquals(List.of("192.0.2.9"), peers(), "a file that sshd doesn't read");
    }

    @Test
    void rowThatMakesNoSenseHidesNoOther() throws IOException {
        root.connections(
                "0: x",
                "",
                connection("0016", "090200C0", ESTABLISHED),
                connection(HERE + ":0016", "0902:C350", ESTABLISHED),
                connection(HERE + ":0016", "0A0200C0:C350", ESTABLISHED));
        assertEquals(List.of("192.0.2.10"), peers());
    }

    @Test
    void strangersCannotMakeTheListEndless() throws IOException {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rows.add(connection(HERE + ":0016", String.format("%04X000A:C350", i), ESTABLISHED));
        }
        root.connections(rows.toArray(String[]::new));
        assertEquals(256, peers().size());
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9 50000 192.0.2.1 22,        203.0.113.9",
        "2001:db8::9 50000 2001:db8::1 22,      2001:db8::9",
        "::ffff:203.0.113.9 50000 192.0.2.1 22, 203.0.113.9",
        "fe80::9%eth0 50000 fe80::1%eth0 22,    fe80::9",
        "UNKNOWN 65535 UNKNOWN 65535,           ",
        "'',                                    ",
        "' ',                                   ",
    })
    void clientIsTheFirstWordOfSshConnection(String variable, String client) {
        assertEquals(
                client, SshSessions.client(variable).map(IpAddress::toString).orElse(null));
    }
}
