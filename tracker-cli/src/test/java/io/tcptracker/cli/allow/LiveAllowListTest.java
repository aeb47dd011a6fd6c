package io.tcptracker.cli.allow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.console.ConfigurationException;
import io.tcptracker.cli.testing.Root;
import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LiveAllowListTest {
    private final Root root;
    private long now;

    LiveAllowListTest(@TempDir Path directory) {
        root = new Root(directory);
    }

    private LiveAllowList addresses(String... prefixes) throws ConfigurationException {
        return new LiveAllowList(
                root.path(),
                Map.of(),
                List.of(prefixes).stream().map(Prefix::parse).toList(),
                Optional.empty(),
                () -> now);
    }

    private boolean allowed(String address, String... prefixes) throws ConfigurationException {
        return reason(addresses(prefixes), address).isPresent();
    }

    private static Optional<String> reason(LiveAllowList addresses, String address) {
        return addresses.get().overlapping(Prefix.parse(address)).map(AllowList.Entry::reason);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** What is allowed once a change has been looked at twice. */
    private Optional<String> reasonSoon(LiveAllowList addresses, String address) {
        for (int look = 0; look < 2; look++) {
            pass(Duration.ofSeconds(1));
            addresses.get();
        }
        return reason(addresses, address);
    }

    @Test
    void hostItselfIsAllowed() throws IOException {
        for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
            for (InterfaceAddress own : device.getInterfaceAddresses()) {
                assertTrue(allowed(IpAddress.of(own.getAddress()).toString()), own.toString());
                assertTrue(
                        own.getBroadcast() == null
                                || allowed(IpAddress.of(own.getBroadcast()).toString()),
                        own.toString());
            }
        }
        assertTrue(allowed("127.0.0.1"));
        assertTrue(allowed("::1"));
    }

    @Test
    void strangersAreNot() throws IOException {
        assertFalse(allowed("203.0.113.9"));
        assertFalse(allowed("2001:db8::9"));
    }

    @Test
    void prefixesOfTheUserAreAllowed() throws IOException {
        assertTrue(allowed("203.0.113.9", "203.0.113.0/24", "2001:db8::/32"));
        assertTrue(allowed("2001:db8::9", "203.0.113.0/24", "2001:db8::/32"));
        assertFalse(allowed("203.0.114.9", "203.0.113.0/24", "2001:db8::/32"));
    }

    @Test
    void gatewaysAre() throws IOException {
        root.routes(Root.route("eth0", "00000000", "017100CB", "100", "00000000"))
                .routes6(Root.route6("0".repeat(32), "00", "20010db8000000000000000000000001", "00000400", "eth0"));
        assertTrue(allowed("203.0.113.1"));
        assertTrue(allowed("2001:db8::1"));
        assertFalse(allowed("203.0.113.2"));
    }

    @Test
    void resolversAre() throws IOException {
        root.file("etc/resolv.conf", """
                # made by hand
                search example.org
                nameserver 203.0.113.53
                nameserver\t2001:db8::53   # the other
                  nameserver fe80::53%eth0
                ; nameserver 203.0.113.54
                #nameserver 203.0.113.55
                options edns0
                """);
        assertTrue(allowed("203.0.113.53"));
        assertTrue(allowed("2001:db8::53"));
        assertFalse(allowed("203.0.113.54"));
        assertFalse(allowed("203.0.113.55"));
    }

    @Test
    void resolversBehindSystemdAre() throws IOException {
        root.file("etc/resolv.conf", "nameserver 127.0.0.53\n")
                .file("run/systemd/resolve/resolv.conf", "nameserver 203.0.113.53\n");
        assertTrue(allowed("203.0.113.53"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nameserver",
                "nameserver ",
                "nameserver dns.example",
                "nameserver 203.0.113.999",
                "nameserver %eth0",
                "name server",
                "\0"
            })
    void resolverThatMakesNoSenseHidesNoOther(String line) throws IOException {
        root.file("etc/resolv.conf", "nameserver 203.0.113.52\n" + line + "\nnameserver 203.0.113.53");
        assertTrue(allowed("203.0.113.52"));
        assertTrue(allowed("203.0.113.53"));
        assertFalse(allowed("203.0.113.54"));
    }

    @Test
    void commentInAnotherEncodingHidesNoResolver() throws IOException {
        root.file(
                "etc/resolv.conf", "# f\u00fcr alle\nnameserver 203.0.113.53\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(allowed("203.0.113.53"));
    }

    @Test
    void eachHasItsReason() throws IOException {
        root.routes(Root.route("eth0", "00000000", "017100CB", "100", "00000000"))
                .file("etc/resolv.conf", "nameserver 203.0.113.53\nnameserver 203.0.113.1\n")
                .file("run/systemd/resolve/resolv.conf", "nameserver 203.0.113.54\n")
                .connections(Root.connection("01010A0A:0016", "090A0A0A:C350", "01"));
        Path file = Files.writeString(root.path().resolve("allow"), "# office\n\n198.51.100.0/24 # home\n");
        LiveAllowList addresses = new LiveAllowList(
                root.path(),
                Map.of("SSH_CONNECTION", "10.10.10.10 50000 10.10.1.1 22"),
                List.of(Prefix.parse("192.0.2.0/24")),
                Optional.of(file),
                () -> now);
        assertEquals(Optional.of("gateway"), reason(addresses, "203.0.113.1"));
        assertEquals(Optional.of("resolver (/etc/resolv.conf)"), reason(addresses, "203.0.113.53"));
        assertEquals(Optional.of("resolver (/run/systemd/resolve/resolv.conf)"), reason(addresses, "203.0.113.54"));
        assertEquals(Optional.of("SSH session when tcptracker started"), reason(addresses, "10.10.10.9"));
        assertEquals(Optional.of("SSH_CONNECTION"), reason(addresses, "10.10.10.10"));
        assertEquals(Optional.of("--allow"), reason(addresses, "192.0.2.7"));
        assertEquals(Optional.of(file + " line 3"), reason(addresses, "198.51.100.7"));
        for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
            for (InterfaceAddress own : device.getInterfaceAddresses()) {
                Prefix address = Prefix.of(IpAddress.of(own.getAddress()));
                assertTrue(
                        addresses.get().entries().stream()
                                .anyMatch(entry -> entry.prefix().equals(address)
                                        && entry.reason().startsWith("this host (")),
                        own.toString());
            }
        }
    }

    @Test
    void changesAreSeenWithinTwoLooks() throws IOException {
        LiveAllowList addresses = addresses();
        assertEquals(Optional.empty(), reason(addresses, "203.0.113.53"));
        root.file("etc/resolv.conf", "nameserver 203.0.113.53\n");
        assertEquals(Optional.of("resolver (/etc/resolv.conf)"), reasonSoon(addresses, "203.0.113.53"));
        root.file("etc/resolv.conf", "nameserver 203.0.113.54\n");
        assertEquals(Optional.of("resolver (/etc/resolv.conf)"), reasonSoon(addresses, "203.0.113.54"));
        assertEquals(Optional.empty(), reason(addresses, "203.0.113.53"));
        Files.delete(root.path().resolve("etc/resolv.conf"));
        assertEquals(Optional.empty(), reasonSoon(addresses, "203.0.113.54"));
    }

    @Test
    void newGatewayIsSeenWithinHalfAMinute() throws IOException {
        LiveAllowList addresses = addresses();
        assertEquals(Optional.empty(), reason(addresses, "203.0.113.1"));
        root.routes(Root.route("eth0", "00000000", "017100CB", "100", "00000000"));
        pass(Duration.ofSeconds(29));
        assertEquals(Optional.of("gateway"), reason(addresses, "203.0.113.1"));
    }

    @Test
    void hostIsLookedAtOnceASecondAtMost() throws IOException {
        LiveAllowList addresses = addresses();
        AllowList first = addresses.get();
        root.routes(Root.route("eth0", "00000000", "017100CB", "100", "00000000"));
        pass(Duration.ofMillis(999));
        assertSame(first, addresses.get());
    }

    @Test
    void answerIsTheSameObjectWhileNothingChanges() throws IOException {
        root.file("etc/resolv.conf", "nameserver 203.0.113.53\n");
        LiveAllowList addresses = addresses("192.0.2.0/24");
        AllowList first = addresses.get();
        for (int second = 0; second < 40; second++) {
            pass(Duration.ofSeconds(1));
            assertSame(first, addresses.get());
        }
    }

    @Test
    void sshPeersAreFixedAtTheStart() throws IOException {
        LiveAllowList addresses = addresses();
        root.connections(Root.connection("01010A0A:0016", "090A0A0A:C350", "01"));
        assertEquals(Optional.empty(), reasonSoon(addresses, "10.10.10.9"));
        LiveAllowList next = addresses();
        root.connections();
        assertEquals(Optional.of("SSH session when tcptracker started"), reasonSoon(next, "10.10.10.9"));
    }
}
