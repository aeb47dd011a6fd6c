package io.tcptracker.cli.allow;

import io.tcptracker.core.net.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The routing tables, as the kernel shows them in {@code /proc/net/route} and {@code /proc/net/ipv6_route}. */
public final class Routes {
    private record Route(String device, boolean isDefault, IpAddress gateway, long metric) {}

    /** An "unreachable" route has the device * (IPv4) or lo (IPv6). */
    private static final Pattern NO_DEVICE = Pattern.compile("\\*|lo");

    private static final IpAddress NO_GATEWAY4 = IpAddress.parse("0.0.0.0");
    private static final IpAddress NO_GATEWAY6 = IpAddress.parse("::");

    private final List<Route> defaults = new ArrayList<>();
    private final Set<IpAddress> gateways = new LinkedHashSet<>();

    /** Reads the present tables; {@code root} is {@code /}, except in tests. A table that can't be read has no routes. */
    public static Routes read(Path root) {
        Routes routes = new Routes();
        routes.addAll(root.resolve("proc/net/route"), Routes::route4);
        routes.addAll(root.resolve("proc/net/ipv6_route"), Routes::route6);
        return routes;
    }

    private void addAll(Path file, Function<String[], Route> row) {
        // A device's name may be any bytes, which must not hide the other routes. A router has a million routes.
        try (BufferedReader rows =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = rows.readLine(); line != null; line = rows.readLine()) {
                try {
                    add(row.apply(line.strip().split("\\s+")));
                } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                    // the headings, or an unknown format
                }
            }
        } catch (IOException e) {
            // The kernel lacks this protocol.
        }
    }

    private void add(Route route) {
        if (!route.gateway().equals(NO_GATEWAY4) && !route.gateway().equals(NO_GATEWAY6)) {
            gateways.add(route.gateway());
        }
        if (route.isDefault() && !NO_DEVICE.matcher(route.device()).matches()) {
            defaults.add(route);
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

    /** Reverses an IPv4 address: the kernel prints it in the host's byte order, which is little-endian where we run. */
    private static byte[] reversed(String hex) {
        return ByteBuffer.allocate(4)
                .putInt(Integer.reverseBytes(HexFormat.fromHexDigits(hex)))
                .array();
    }

    List<IpAddress> gateways() {
        return List.copyOf(gateways);
    }

    /** Returns the device of the default route with the lowest metric. */
    public Optional<String> defaultDevice() {
        return defaults.stream().min(Comparator.comparingLong(Route::metric)).map(Route::device);
    }
}
