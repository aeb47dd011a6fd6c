package io.tcptracker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory that stands for {@code /}, with the files that the kernel and the administrator keep. */
record Root(Path path) {
    private static final String HEADINGS =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

    /** What {@code /proc/net/route} shows, below its headings. */
    Root routes(String... lines) throws IOException {
        return file("proc/net/route", HEADINGS + "\n" + String.join("\n", lines) + "\n");
    }

    Root routes6(String... lines) throws IOException {
        return file("proc/net/ipv6_route", String.join("\n", lines) + "\n");
    }

    Root file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Root file(String name, byte[] content) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.write(file, content);
        return this;
    }

    /** A row of {@code /proc/net/route}; addresses in hexadecimal as on a little-endian host. */
    static String route(String device, String destination, String gateway, String metric, String mask) {
        return String.join("\t", List.of(device, destination, gateway, "0003", "0", "0", metric, mask, "0", "0", "0"));
    }

    /** A row of {@code /proc/net/ipv6_route}. */
    static String route6(String destination, String length, String gateway, String metric, String device) {
        return String.join(
                " ",
                List.of(
                        destination,
                        length,
                        "0".repeat(32),
                        "00",
                        gateway,
                        metric,
                        "00000001",
                        "00000000",
                        "00000003",
                        "   " + device));
    }
}
