package io.tcptracker.cli.allow;

import static io.tcptracker.cli.testing.Root.route;
import static io.tcptracker.cli.testing.Root.route6;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.testing.Root;
import io.tcptracker.core.net.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoutesTest {
    private static final String NONE = "00000000";
    private static final String NONE6 = "0".repeat(32);
    private static final String LINK_LOCAL = "fe800000000000000000000000000001";

    private final Root root;

    RoutesTest(@TempDir Path directory) {
        root = new Root(directory);
    }

    private Optional<String> device() {
        return Routes.read(root.path()).defaultDevice();
    }

    private List<String> gateways() {
        return Routes.read(root.path()).gateways().stream()
                .map(IpAddress::toString)
                .toList();
    }

    @Test
    void hostWithoutRoutesHasNeitherDeviceNorGateways() throws IOException {
        assertEquals(Optional.empty(), device());
        assertEquals(List.of(), gateways());
        root.routes().routes6("");
        assertEquals(Optional.empty(), device());
        assertEquals(List.of(), gateways());
    }

    @Test
    void defaultDeviceIsThatOfTheLowestMetric() throws IOException {
        root.routes(
                route("wlan0", NONE, "0102A8C0", "600", NONE),
                route("eth0", NONE, "0101A8C0", "100", NONE),
                route("docker0", "000011AC", NONE, "0", "0000FFFF"));
        assertEquals(Optional.of("eth0"), device());
    }

    @Test
    void defaultRouteOfEitherProtocolCounts() throws IOException {
        root.routes6(route6(NONE6, "00", LINK_LOCAL, "00000400", "eth6"));
        assertEquals(Optional.of("eth6"), device());
        root.routes(route("eth4", NONE, "0101A8C0", "100", NONE));
        assertEquals(Optional.of("eth4"), device());
    }

    @Test
    void defaultRouteMayLackAGateway() throws IOException {
        root.routes(route("ppp0", NONE, NONE, "0", NONE));
        assertEquals(Optional.of("ppp0"), device());
        assertEquals(List.of(), gateways());
    }

    @Test
    void halfOfAllAddressesIsNoDefaultRoute() throws IOException {
        // As VPNs lay it: 0.0.0.0/1 and ::/1.
        root.routes(route("tun0", NONE, "0100080A", "0", "00000080"))
                .routes6(route6(NONE6, "01", NONE6, "00000001", "tun0"));
        assertEquals(Optional.empty(), device());
        assertEquals(List.of("10.8.0.1"), gateways());
    }

    @Test
    void routeToNowhereHasNoDevice() throws IOException {
        root.routes(route("*", NONE, NONE, "0", NONE)).routes6(route6(NONE6, "00", NONE6, "ffffffff", "lo"));
        assertEquals(Optional.empty(), device());
    }

    @Test
    void gatewaysAreThoseOfAllRoutesOnceEach() throws IOException {
        root.routes(
                        route("eth0", NONE, "0101A8C0", "100", NONE),
                        route("eth1", NONE, "0101A8C0", "200", NONE),
                        route("eth0", "0000000A", "FE01A8C0", "0", "000000FF"),
                        route("eth0", "0001A8C0", NONE, "0", "00FFFFFF"))
                .routes6(
                        route6(NONE6, "00", LINK_LOCAL, "00000400", "eth0"),
                        route6("20010db8000000000000000000000000", "20", NONE6, "00000100", "eth0"));
        assertEquals(List.of("192.168.1.1", "192.168.1.254", "fe80::1"), gateways());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "eth0",
                "eth0 00000000 0101A8C0",
                "eth0 00000000 0101A8C0 0003 0 0 many 00000000 0 0 0",
                "eth0 00000000 0101A8C0 0003 0 0 99999999999999999999 00000000 0 0 0",
                "eth0 00000000 nonsense 0003 0 0 0 00000000 0 0 0",
                "eth0 00000000 0101A8C00101A8C0 0003 0 0 0 00000000 0 0 0",
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00"
                        + " fe80000000000000000000000000000g 00000400 00000001 00000000 00000003 eth0",
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00"
                        + " fe800000000000000000000000000001 metric!! 00000001 00000000 00000003 eth0",
                "00000000000000000000000000000000 00 00000000000000000000000000000000 00"
                        + " fe800000000000000000000000000001 0000000000000000000400 00000001 00000000 00000003",
            })
    void rowThatMakesNoSenseIsPassedOver(String row) throws IOException {
        root.routes(row, route("eth4", NONE, "0101A8C0", "100", NONE))
                .routes6(row, route6(NONE6, "00", LINK_LOCAL, "00000400", "eth6"));
        assertEquals(Optional.of("eth4"), device());
        assertEquals(List.of("192.168.1.1", "fe80::1"), gateways());
    }

    @Test
    void deviceWhoseNameIsNoUtf8HidesNoOther() throws IOException {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        table.writeBytes("Iface\nx".getBytes(StandardCharsets.US_ASCII));
        table.write(0xff);
        table.writeBytes((route("", "0000000A", "FE01A8C0", "0", "000000FF") + "\n"
                        + route("eth0", NONE, "0101A8C0", "100", NONE) + "\n")
                .getBytes(StandardCharsets.US_ASCII));
        root.file("proc/net/route", table.toByteArray());
        assertEquals(Optional.of("eth0"), device());
        assertEquals(List.of("192.168.1.254", "192.168.1.1"), gateways());
    }

    @Test
    void noTableMakesItThrow() throws IOException {
        Random random = new Random(20_261_123);
        String[] words = {
            "eth0",
            "00000000",
            "0101A8C0",
            "",
            "0003",
            "-1",
            "g",
            "0",
            "\t",
            " ",
            "\n",
            NONE6,
            LINK_LOCAL,
            "ffffffff",
            "\0",
        };
        for (int i = 0; i < 300; i++) {
            StringBuilder table = new StringBuilder();
            for (int word = random.nextInt(60); word > 0; word--) {
                table.append(words[random.nextInt(words.length)]).append(random.nextInt(12) == 0 ? "\n" : " ");
            }
            root.file("proc/net/route", table.toString()).file("proc/net/ipv6_route", table.toString());
            Routes routes = Routes.read(root.path());
            routes.gateways();
            routes.defaultDevice();
        }
    }
}
