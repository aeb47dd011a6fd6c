package io.tcptracker.cli.options;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.ScanPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** The converters of option values: strict, with an error that shows the right form. */
public final class Converters {
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,7})([KMG])");

    private static final Pattern PER_MINUTE = Pattern.compile("([0-9]{1,9})(?:/min)?");

    /** A number for each minute. Immutable. */
    public record PerMinute(int count) {}

    /** A size in memory, in bytes. Immutable. */
    public record Bytes(long count) {}

    private Converters() {}

    /** Reads {@code 90s} or {@code 10m}. */
    public static Duration duration(String text) {
        return converted(text, ScanPolicy::parseDuration);
    }

    /** Reads {@code 32M}: a number of bytes. */
    public static Bytes bytes(String text) {
        Matcher parts = BYTES.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text + "' is not a size; write a number and K, M or G, like 32M");
        }
        long number = Long.parseLong(parts.group(1));
        return new Bytes(
                switch (parts.group(2)) {
                    case "K" -> number << 10;
                    case "M" -> number << 20;
                    default -> number << 30;
                });
    }

    /** Reads {@code 100/min}. */
    public static PerMinute perMinute(String text) {
        Matcher parts = PER_MINUTE.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text + "' is not a budget; write it like 100/min");
        }
        return new PerMinute(Integer.parseInt(parts.group(1)));
    }

    /** Reads an address or a prefix. */
    public static Prefix prefix(String text) {
        return converted(text, Prefix::parse);
    }

    private static <T> T converted(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** Reads {@code 127.0.0.1:8081} or {@code [::1]:8081}. Names are refused, as DNS would have to resolve them. */
    public static InetSocketAddress listen(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        try {
            if (bracketed == host.contains(":") && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535) {
                String literal = bracketed ? host.substring(1, host.length() - 1) : host;
                IpAddress address = IpAddress.parse(literal.equals("localhost") ? "127.0.0.1" : literal);
                return new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), Integer.parseInt(port));
            }
        } catch (IllegalArgumentException | UnknownHostException e) {
            // Falls through to the message.
        }
        throw new TypeConversionException(
                "'" + text + "' is not an address and port; write it like 127.0.0.1:8081 or [::1]:8081");
    }
}
