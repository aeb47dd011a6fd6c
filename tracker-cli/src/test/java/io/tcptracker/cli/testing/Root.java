package io.tcptracker.cli.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory that stands for {@code /}, with the files that the kernel and the administrator keep. */
public record Root(Path path) {
    private static final String HEADINGS =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

    private static final String CONNECTION_HEADINGS =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    /** What {@code /proc/net/route} shows, below its headings. */
    public Root routes(String... lines) throws IOException {
        return file("proc/net/route", HEADINGS + "\n" + String.join("\n", lines) + "\n");
    }

    public Root routes6(String... lines) throws IOException {
        return file("proc/net/ipv6_route", String.join("\n", lines) + "\n");
    }

    /** What {@code /proc/net/tcp} shows, below its headings. */
    public Root connections(String... rows) throws IOException {
        return file("proc/net/tcp", CONNECTION_HEADINGS + String.join("\n", rows) + "\n");
    }

    public Root connections6(String... rows) throws IOException {
        return file("proc/net/tcp6", CONNECTION_HEADINGS + String.join("\n", rows) + "\n");
    }

    public Root file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public Root file(String name, byte[] content) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.write(file, content);
        return this;
    }

    /** A row of {@code /proc/net/route}; addresses in hexadecimal as on a little-endian host. */
    public static String route(String device, String destination, String gateway, String metric, String mask) {
        return String.join("\t", List.of(device, destination, gateway, "0003", "0", "0", metric, mask, "0", "0", "0"));
    }

    /** A row of {@code /proc/net/ipv6_route}. */
    public static String route6(String destination, String length, String gateway, String metric, String device) {
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

    /** A row of {@code /proc/net/tcp} or {@code tcp6}; 01 is an established connection. */
    public static String connection(String local, String remote, String state) {
        return "   0: " + local + " " + remote + " " + state
                + " 00000000:00000000 00:00000000 00000000     0        0 1678 1 0000000000000000 100 0 0 10 0";
    }
}
