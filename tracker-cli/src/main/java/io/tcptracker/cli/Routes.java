package io.tcptracker.cli;

import io.tcptracker.core.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The routing tables as the kernel shows them in {@code /proc/net/route} and {@code /proc/net/ipv6_route}. */
final class Routes {
    private record Route(String device, boolean isDefault, IpAddress gateway, long metric) {}

    private static final IpAddress NO_GATEWAY4 = IpAddress.parse("0.0.0.0");
    private static final IpAddress NO_GATEWAY6 = IpAddress.parse("::");

    private final List<Route> routes = new ArrayList<>();

    /** Reads them as they are now; {@code root} is {@code /} but for tests. What can't be read has no routes. */
    static Routes read(Path root) {
        Routes routes = new Routes();
        routes.addAll(root.resolve("proc/net/route"), Routes::route4);
        routes.addAll(root.resolve("proc/net/ipv6_route"), Routes::route6);
        return routes;
    }

    private void addAll(Path file, Function<String[], Route> row) {
        byte[] table;
        try {
            table = Files.readAllBytes(file);
        } catch (IOException e) {
            return; // the kernel has no such protocol
        }
        // A device's name may be any bytes, which must not hide the other routes.
        for (String line : (Iterable<String>) new String(table, StandardCharsets.UTF_8).lines()::iterator) {
            try {
                routes.add(row.apply(line.strip().split("\\s+")));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                // the headings, or nothing that we know
            }
        }
    }

    private static Route route4(String[] fields) {
        boolean isDefault = fields[1].equals("00000000") && fields[7].equals("00000000");
        return new Route(fields[0], isDefault, IpAddress.of(reversed(fields[2])), Long.parseLong(fields[6]));
    }

    private static Route route6(String[] fields) {
        boolean isDefault = fields[0].equals("0".repeat(32)) && fields[1].equals("00");
        IpAddress gateway = IpAddress.of(HexFormat.of().parseHex(fields[4]));
        return new Route(fields[9], isDefault, gateway, Long.parseLong(fields[5], 16));
    }

    /** The kernel prints an IPv4 address as a number of the host's byte order, which is little-endian where we run. */
    private static byte[] reversed(String hex) {
        return ByteBuffer.allocate(4)
                .putInt(Integer.reverseBytes(HexFormat.fromHexDigits(hex)))
                .array();
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
                // An "unreachable" route has the device * (IPv4) or lo (IPv6).
                .filter(route -> route.isDefault() && !route.device().matches("\\*|lo"))
                .min(Comparator.comparingLong(Route::metric))
                .map(Route::device);
    }
}
