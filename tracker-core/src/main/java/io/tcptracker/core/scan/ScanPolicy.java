package io.tcptracker.core.scan;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;

/**
 * What counts as a scan, and how much is watched. Immutable.
 *
 * @param rule what is counted
 * @param ports a source that tries more distinct ports of a destination than this scans it; 1 to 1,000. With
 *     {@link Rule#SWEEP} the hosts on which it tries a port
 * @param window within how long, 1 ms to 24 h, at least three times {@code answerTimeout} if that counts; an attempt
 *     exactly this old still counts
 * @param unanswered how many of the ports must be refused or silent, 0 to 100. With 0 it doesn't matter what is answered,
 *     and only a SYN is an attempt; else probes without a SYN are attempts too
 * @param answerTimeout how long after an attempt a port without an answer is silent, 1 ms to 1 min
 * @param ipv6Prefix the length of the prefixes by which sources of IPv6 are told apart, 1 to 128. By their whole address
 *     are those of a link, and those of IPv4 behind a translator (NAT64)
 * @param bans whether who breaks it is banned, or reported only; with {@link Rule#DISTRIBUTED} nobody can be banned
 * @param pairs how many pairs of source and destination that tried several ports are watched at once, 2 to 10,000,000,
 *     and 17 times as many that tried one. A pair takes {@value #BYTES_PER_PAIR} bytes with its 17, from the start; with
 *     more than 3 ports to remember of each, there are as many pairs as fit into the same memory, but at least eight
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
    static final int BYTES_PER_PAIR = 384;

    /** RFC 6298, 2.1: for so long TCP itself waits for the first answer, before it tries again. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    /** RFC 4291, 2.5.4: what one network has, and so a single attacker. */
    private static final int SUBNET = 64;

    private static final int MOST = 1_000;
    private static final int MOST_UNANSWERED = 100;

    /** 64:ff9b::/96 (RFC 6052) and 64:ff9b:1::/48 (RFC 8215). */
    private static final long NAT64 = 0x0064_ff9b_0000_0000L;

    private static final long NAT64_LOCAL = 0x0064_ff9b_0001L;

    /** More than 3 ports in a minute, within 48 MiB. */
    public static final ScanPolicy DEFAULT = forMemory(3, Duration.ofSeconds(60), 48L << 20);

    /** What is counted to tell a scan. */
    public enum Rule {
        /** Ports of one destination that one source tries. */
        VERTICAL,
        /** The same, by another name: for a window that is much longer. */
        SLOW,
        /** Destinations on which one source tries the same port. */
        SWEEP,
        /** Ports of one destination, by whatever source that tries few of them itself. */
        DISTRIBUTED
    }

    public ScanPolicy {
        if (ports < 1 || ports > MOST) {
            throw new IllegalArgumentException("the number of ports is 1 to 1000, not " + ports);
        }
        if (window.compareTo(Duration.ofMillis(1)) < 0 || window.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("the window is 1ms to 24h");
        }
        if (unanswered < 0 || unanswered > MOST_UNANSWERED) {
            throw new IllegalArgumentException("the number of unanswered ports is 0 to 100, not " + unanswered);
        }
        if (unanswered > 0 && window.compareTo(answerTimeout.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException("the window is at least three times the time for an answer");
        }
        if (answerTimeout.compareTo(Duration.ofMillis(1)) < 0 || answerTimeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("the time for an answer is 1ms to 1m");
        }
        if (ipv6Prefix < 1 || ipv6Prefix > 128) {
            throw new IllegalArgumentException("the length of an IPv6 prefix is 1 to 128, not " + ipv6Prefix);
        }
        if (bans && rule == Rule.DISTRIBUTED) {
            throw new IllegalArgumentException("nobody can be named who scans from everywhere, so nobody is banned");
        }
        if (pairs < 2 || pairs > 10_000_000) {
            throw new IllegalArgumentException("the number of pairs is 2 to 10000000, not " + pairs);
        }
    }

    /** The rule by the number of ports alone. */
    public ScanPolicy(int ports, Duration window, int pairs) {
        this(Rule.VERTICAL, ports, window, 0, ANSWER_TIMEOUT, SUBNET, true, pairs);
    }

    /** A policy to watch as many pairs as fit into so many bytes, 1 MiB to 3 GiB. */
    public static ScanPolicy forMemory(int ports, Duration window, long bytes) {
        return new ScanPolicy(ports, window, pairs(bytes));
    }

    private static int pairs(long bytes) {
        if (bytes < 1L << 20 || bytes > 3L << 30) {
            throw new IllegalArgumentException("the memory is 1 MiB to 3 GiB, not " + bytes + " bytes");
        }
        return (int) (bytes / BYTES_PER_PAIR);
    }

    /** The same within so many bytes, 1 MiB to 3 GiB. */
    public ScanPolicy withMemory(long bytes) {
        return new ScanPolicy(rule, ports, window, unanswered, answerTimeout, ipv6Prefix, bans, pairs(bytes));
    }

    /** The same by what is answered too. */
    public ScanPolicy withUnanswered(int most, Duration timeout) {
        return new ScanPolicy(rule, ports, window, most, timeout, ipv6Prefix, bans, pairs);
    }

    /** The same with sources of IPv6 told apart by prefixes of this length. */
    public ScanPolicy withIpv6Prefix(int length) {
        return new ScanPolicy(rule, ports, window, unanswered, answerTimeout, length, bans, pairs);
    }

    /** What this source is told apart by. */
    public Prefix prefix(IpAddress source) {
        return isToldApart(source.high(), source.low()) ? Prefix.of(source) : Prefix.of(source, ipv6Prefix);
    }

    /** Whether addresses near this one are those of other hosts: of IPv4, be it behind a translator, and of a link. */
    static boolean isToldApart(long high, long low) {
        return IpAddress.isV4(high, low)
                || IpAddress.isLinkLocal(high)
                || (high == NAT64 && low >>> Integer.SIZE == 0)
                || high >>> 16 == NAT64_LOCAL;
    }

    /** Whether a verdict takes more than attempts by SYN. */
    public boolean goesByAnswers() {
        return unanswered > 0;
    }

    /** How many bytes a detector takes, from the start to the end. */
    public long memory() {
        return (long) pairs * BYTES_PER_PAIR;
    }
}
