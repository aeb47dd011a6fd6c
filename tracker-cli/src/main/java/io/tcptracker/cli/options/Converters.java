package io.tcptracker.cli.options;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** How option values are read: strictly, with an error that shows the right form. */
public final class Converters {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private static final Pattern BYTES = Pattern.compile("([0-9]{1,7})([KMG])");

    private static final Pattern PER_MINUTE = Pattern.compile("([0-9]{1,9})(?:/min)?");

    private static final Pattern RULE = Pattern.compile(
            "(vertical|slow|sweep|distributed):([0-9]{1,6})/([0-9a-z]+)" + "(?:,unanswered=([0-9]{1,6}))?(,block)?");

    /**
     * A rule, as the user writes it.
     *
     * @param unanswered how many ports must be refused or silent; null if that is as with the other rules
     * @param block whether it is to ban too, though a rule of its kind only reports
     */
    public record RuleText(
            Rule rule, int count, Duration window, @Nullable Integer unanswered, boolean block) {}

    /** So many a minute. */
    public record PerMinute(int count) {}

    /** A size in memory. */
    public record Bytes(long count) {}

    private Converters() {}

    public static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a duration; write a number and ms, s, m, h or d, like 90s or 10m");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** Reads {@code slow:20/1h,unanswered=2,block}. */
    public static RuleText rule(String text) {
        Matcher parts = RULE.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("'" + text
                    + "' is not a rule; write it like vertical:3/60s, slow:20/1h, sweep:20/60s or distributed:50/60s; vertical"
                    + " and slow may go on with ,unanswered=2, and ,block at the end blocks as well");
        }
        return new RuleText(
                Rule.valueOf(parts.group(1).toUpperCase(Locale.ROOT)),
                Integer.parseInt(parts.group(2)),
                duration(parts.group(3)),
                parts.group(4) == null ? null : Integer.valueOf(parts.group(4)),
                parts.group(5) != null);
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

    public static Prefix prefix(String text) {
        try {
            return Prefix.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** Reads {@code 127.0.0.1:8081} or {@code [::1]:8081}; a name would have to be looked up. */
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
            // falls through to the message
        }
        throw new TypeConversionException(
                "'" + text + "' is not an address and port; write it like 127.0.0.1:8081 or [::1]:8081");
    }
}
