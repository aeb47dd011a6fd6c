package io.tcptracker.cli;

import io.tcptracker.core.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The routing tables as the kernel shows them in {@code /proc/net/route} and {@code /proc/net/ipv6_route}. */
final class Routes {
    private record Route(String device, boolean isDefault, IpAddress gateway, long metric) {}

    private static final IpAddress NO_GATEWAY4 = IpAddress.parse("0.0.0.0");
    private static final IpAddress NO_GATEWAY6 = IpAddress.parse("::");

    private final List<Route> routes = new ArrayList<>();

    /** Reads them as they are now; {@code root} is {@code /} but for tests. What can't be read has no routes. */
    static Routes read(Path root) {
        Routes routes = new Routes();
        for (String[] fields : rows(root.resolve("proc/net/route"))) {
            if (fields.length >= 8 && fields[1].length() == 8 && fields[2].length() == 8) {
                boolean isDefault = fields[1].equals("00000000") && fields[7].equals("00000000");
                routes.add(fields[0], isDefault, IpAddress.of(reversed(fields[2])), Long.parseLong(fields[6]));
            }
        }
        for (String[] fields : rows(root.resolve("proc/net/ipv6_route"))) {
            if (fields.length >= 10 && fields[4].length() == 32) {
                boolean isDefault = fields[0].equals("0".repeat(32)) && fields[1].equals("00");
                IpAddress gateway = IpAddress.of(HexFormat.of().parseHex(fields[4]));
                routes.add(fields[9], isDefault, gateway, Long.parseLong(fields[5], 16));
            }
        }
        return routes;
    }

    private void add(String device, boolean isDefault, IpAddress gateway, long metric) {
        routes.add(new Route(device, isDefault, gateway, metric));
    }

    private static List<String[]> rows(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.startsWith("Iface"))
                    .map(line -> line.strip().split("\\s+"))
                    .toList();
        } catch (IOException e) {
            return List.of(); // the kernel has no such protocol
        }
    }

    /** The kernel prints an IPv4 address as a number of the host's byte order, which is little-endian where we run. */
    private static byte[] reversed(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return new byte[] {bytes[3], bytes[2], bytes[1], bytes[0]};
    }

    List<IpAddress> gateways() {
        return routes.stream()
                .map(Route::gateway)
                .filter(gateway -> !gateway.equals(NO_GATEWAY4) && !gateway.equals(NO_GATEWAY6))
                .distinct()
                .toList();
    }

    /** The device of the default route with the lowest metric. */
    Optional<String> defaultDevice() {
        return routes.stream()
                .filter(route -> route.isDefault() && !route.device().equals("lo")) // "unreachable" is a route to lo
                .min(Comparator.comparingLong(Route::metric))
                .map(Route::device);
    }
}
