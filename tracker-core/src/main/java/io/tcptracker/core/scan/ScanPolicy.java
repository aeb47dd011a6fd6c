package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Evidence.Kind;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The definition of a scan, and the memory to find one with. Immutable.
 *
 * @param rule what is counted
 * @param ports a source that tries more distinct ports of a destination than this number scans it; 1 to 1,000. With
 *     {@link Rule#SWEEP} the number of hosts on which it tries one port
 * @param window the time within which the ports are tried, 1 ms to 24 h. At least three times {@code answerTimeout} if
 *     evidence is used; an attempt exactly as old as the window still counts
 * @param unanswered how many of the ports must be closed or filtered, 0 to 100. With 0 no evidence is used, and only
 *     attempts count; otherwise segments that only scanners send count too
 * @param answerTimeout how long after a probe a port without an answer is filtered, 1 ms to 1 min; see {@link
 *     #filteredAfter}
 * @param ipv6Prefix the length of the IPv6 prefix that counts as one source, 1 to 128. Link-local addresses, and IPv4
 *     addresses behind a translator (NAT64), are single hosts at any length
 * @param bans whether a scan leads to a ban or is reported only; false with {@link Rule#DISTRIBUTED}
 * @param pairs how many pairs with several ports are watched at once, 2 to 10,000,000; 17 times as many with one port are
 *     watched beside them. A pair with its 17 takes {@value #BYTES_PER_PAIR} bytes from the start. If more than 3 ports of
 *     each pair are remembered, there are as many pairs as fit into the same memory, but at least eight
 */
public record ScanPolicy(
        Rule rule,
        int ports,
        Duration window,
        int unanswered,
        Duration answerTimeout,
        int ipv6Prefix,
        boolean bans,
        int pairs) {
    /**
     * The number of unanswered ports that separates scans from ordinary traffic. Of 50 real benign pairs with many ports,
     * each had at most one unanswered port.
     */
    public static final int RECOMMENDED_UNANSWERED = 2;

    static final int BYTES_PER_PAIR = 384;

    /** The time that TCP itself waits for the first answer, before it tries again (RFC 6298, 2.1). */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    /** The prefix that one network has, and so a single attacker (RFC 4291, 2.5.4). */
    private static final int SUBNET = 64;

    /** 64:ff9b::/96 (RFC 6052) and 64:ff9b:1::/48 (RFC 8215). */
    private static final long NAT64 = 0x0064_ff9b_0000_0000L;

    private static final long NAT64_LOCAL = 0x0064_ff9b_0001L;

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private static final Pattern TEXT = Pattern.compile(
            "(vertical|slow|sweep|distributed):([0-9]{1,6})/([0-9a-z]+)" + "(?:,unanswered=([0-9]{1,6}))?(,block)?");

    /** More than 3 ports in a minute, within 48 MiB. */
    public static final ScanPolicy DEFAULT = forMemory(3, Duration.ofSeconds(60), 48L << 20);

    /** The thing that is counted to find a scan. */
    public enum Rule {
        /** Ports of one destination that one source tries. */
        VERTICAL,
        /** The same as {@link #VERTICAL}, under another name: for a window that is much longer. */
        SLOW,
        /** Destinations on which one source tries the same port, without an answer. */
        SWEEP,
        /** Unanswered ports of one destination that many sources try, each of them few. */
        DISTRIBUTED;

        /** Returns whether the rule is about one source and one destination. The others count unanswered probes alone. */
        public boolean isAboutPairs() {
            return this == VERTICAL || this == SLOW;
        }
    }

    public ScanPolicy {
        require(ports >= 1 && ports <= 1_000, "the number of ports is 1 to 1000, not " + ports);
        require(isWithin(window, Duration.ofMillis(1), Duration.ofHours(24)), "the window is 1ms to 24h");
        require(unanswered >= 0 && unanswered <= 100, "the number of unanswered ports is 0 to 100, not " + unanswered);
        require(
                unanswered == 0 || window.compareTo(answerTimeout.multipliedBy(3)) >= 0,
                "the window is at least three times the answer timeout");
        require(
                isWithin(answerTimeout, Duration.ofMillis(1), Duration.ofMinutes(1)),
                "the answer timeout is 1ms to 1m");
        require(ipv6Prefix >= 1 && ipv6Prefix <= 128, "the length of an IPv6 prefix is 1 to 128, not " + ipv6Prefix);
        require(!bans || rule != Rule.DISTRIBUTED, "a distributed scan has no single source, so the rule cannot block");
        require(pairs >= 2 && pairs <= 10_000_000, "the number of pairs is 2 to 10000000, not " + pairs);
    }

    private static void require(boolean met, String requirement) {
        if (!met) {
            throw new IllegalArgumentException(requirement);
        }
    }

    private static boolean isWithin(Duration duration, Duration least, Duration most) {
        return duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
    }

    /** Makes a policy that counts ports alone, without evidence. */
    public ScanPolicy(int ports, Duration window, int pairs) {
        this(Rule.VERTICAL, ports, window, 0, ANSWER_TIMEOUT, SUBNET, true, pairs);
    }

    /** Returns a policy that watches as many pairs as fit into a memory of 1 MiB to 3 GiB. */
    public static ScanPolicy forMemory(int ports, Duration window, long bytes) {
        return new ScanPolicy(ports, window, pairs(bytes));
    }

    /**
     * Reads a rule as {@link #toString} writes it: {@code slow:20/1h,unanswered=2,block}. The number after
     * {@code vertical} is exceeded by a scan; the number after the others is reached by a scan.
     *
     * @param base the policy that says what {@code text} doesn't: the evidence, the IPv6 prefix and the memory
     * @throws IllegalArgumentException if the text is no rule or a number is out of range; the message shows the right form
     */
    public static ScanPolicy parse(String text, ScanPolicy base) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a rule; write it like vertical:3/60s, slow:20/1h, sweep:20/60s or distributed:50/60s."
                    + " vertical and slow accept ,unanswered=2, and slow and sweep accept ,block at the end");
        }
        Rule rule = Rule.valueOf(parts.group(1).toUpperCase(Locale.ROOT));
        int count = Integer.parseInt(parts.group(2));
        int unanswered = parts.group(4) != null ? Integer.parseInt(parts.group(4)) : base.unanswered;
        boolean vertical = rule == Rule.VERTICAL;
        require(
                rule.isAboutPairs() || parts.group(4) == null,
                "sweep and distributed always count unanswered ports alone");
        require(vertical || count >= 2, "the number after " + parts.group(1) + ": is 2 to 1000, not " + count);
        return new ScanPolicy(
                rule,
                vertical ? count : count - 1,
                parseDuration(parts.group(3)),
                rule.isAboutPairs() ? unanswered : count,
                base.answerTimeout,
                base.ipv6Prefix,
                vertical || parts.group(5) != null,
                base.pairs);
    }

    /**
     * Reads a duration as rules have it: {@code 90s}, {@code 10m}, or {@code 0}.
     *
     * @throws IllegalArgumentException if the text is anything else; the message shows the right form
     */
    public static Duration parseDuration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
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

    /** Returns a duration as {@link #parseDuration} reads it, to the millisecond; a minute as {@code 60s}, as is usual. */
    public static String formatDuration(Duration duration) {
        if (duration.toMillisPart() != 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSecondsPart() != 0 || duration.toMinutes() < 2) {
            return duration.toSeconds() + "s";
        }
        return duration.toMinutesPart() != 0 ? duration.toMinutes() + "m" : duration.toHours() + "h";
    }

    private static int pairs(long bytes) {
        if (bytes < 1L << 20 || bytes > 3L << 30) {
            throw new IllegalArgumentException("the memory is 1 MiB to 3 GiB, not " + bytes + " bytes");
        }
        return (int) (bytes / BYTES_PER_PAIR);
    }

    /** Returns this policy with a memory of 1 MiB to 3 GiB. */
    public ScanPolicy withMemory(long bytes) {
        return new ScanPolicy(rule, ports, window, unanswered, answerTimeout, ipv6Prefix, bans, pairs(bytes));
    }

    /** Returns this policy with a number of ports that must be closed or filtered. */
    public ScanPolicy withUnanswered(int least, Duration timeout) {
        return new ScanPolicy(rule, ports, window, least, timeout, ipv6Prefix, bans, pairs);
    }

    /** Returns this policy with IPv6 prefixes of a length as sources. */
    public ScanPolicy withIpv6Prefix(int length) {
        return new ScanPolicy(rule, ports, window, unanswered, answerTimeout, length, bans, pairs);
    }

    /** Returns the prefix that counts as one source with an address. */
    public Prefix prefix(IpAddress source) {
        return isSingleHost(source.high(), source.low()) ? Prefix.of(source) : Prefix.of(source, ipv6Prefix);
    }

    /** Returns whether the neighbours of an address are other hosts: of IPv4, be it behind a translator, and of a link. */
    static boolean isSingleHost(long high, long low) {
        return IpAddress.isV4(high, low)
                || IpAddress.isLinkLocal(high)
                || (high == NAT64 && low >>> Integer.SIZE == 0)
                || high >>> 16 == NAT64_LOCAL;
    }

    /** Returns whether a verdict rests on port states, not on the number of attempts alone. */
    public boolean usesEvidence() {
        return unanswered > 0;
    }

    /**
     * Returns how long after a port was first tried it is filtered, if no answer has come. An operating system tries again
     * after a second (RFC 6298, 2.1), so its SYNs get twice the time: one lost packet makes no port filtered.
     */
    public Duration filteredAfter(Kind kind) {
        return kind == Kind.CONNECT ? answerTimeout.multipliedBy(2) : answerTimeout;
    }

    /** Returns how many bytes a detector takes, from the start to the end. */
    public long memory() {
        return (long) pairs * BYTES_PER_PAIR;
    }

    /** Returns the rule as {@link #parse} reads it, such as {@code sweep:20/60s}. */
    @Override
    public String toString() {
        boolean vertical = rule == Rule.VERTICAL;
        return rule.name().toLowerCase(Locale.ROOT)
                + ":" + (vertical ? ports : ports + 1)
                + "/" + formatDuration(window)
                + (rule.isAboutPairs() && usesEvidence() ? ",unanswered=" + unanswered : "")
                + (bans && !vertical ? ",block" : "");
    }
}
