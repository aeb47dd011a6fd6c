package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.IpAddress;
import io.tcptracker.core.Prefix;
import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostAddressesTest {
    private final Root root;

    HostAddressesTest(@TempDir Path directory) {
        root = new Root(directory);
    }

    private boolean allowed(String address, String... prefixes) {
        return new HostAddresses(
                        root.path(),
                        List.of(prefixes).stream().map(Prefix::parse).toList())
                .get()
                .covering(IpAddress.parse(address))
                .isPresent();
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
    void strangersAreNot() {
        assertFalse(allowed("203.0.113.9"));
        assertFalse(allowed("2001:db8::9"));
    }

    @Test
    void whatTheUserAllowsIs() {
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
    void changesAreSeen() throws IOException {
        HostAddresses addresses = new HostAddresses(root.path(), List.of());
        IpAddress resolver = IpAddress.parse("203.0.113.53");
        assertTrue(addresses.get().covering(resolver).isEmpty());
        root.file("etc/resolv.conf", "nameserver 203.0.113.53\n");
        assertEquals(Prefix.of(resolver), addresses.get().covering(resolver).orElseThrow());
    }
}
