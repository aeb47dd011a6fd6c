package io.tcptracker.core.net;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * An IPv4 or IPv6 address as a value of 128 bits, in network order. An IPv4 address is held in its mapped form
 * {@code ::ffff:a.b.c.d} (RFC 4291, 2.5.5.2), and is equal to it.
 *
 * <p>No method ever asks DNS. Immutable.
 *
 * @param high the first eight bytes
 * @param low the last eight bytes
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    // Whoever sends packets picks the addresses: with a hash they can compute they could pile all of them on one
    // bucket.
    private static final long SEED = new SecureRandom().nextLong();
    private static final long V4_PREFIX = 0xffffL << 32;

    /** {@code ::}, which is nobody's. */
    public static final IpAddress UNSPECIFIED = new IpAddress(0, 0);

    public static IpAddress v4(int bits) {
        return new IpAddress(0, lowOfV4(bits));
    }

    static long lowOfV4(int bits) {
        return V4_PREFIX | Integer.toUnsignedLong(bits);
    }

    /** The address whose 4 or 16 bytes, in network order, are given. */
    public static IpAddress of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return switch (bytes.length) {
            case 4 -> v4(buffer.getInt());
            case 16 -> new IpAddress(buffer.getLong(), buffer.getLong());
            default -> throw new IllegalArgumentException("An IP address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * Reads a literal such as {@code 192.0.2.1} or {@code 2001:db8::1}.
     *
     * @throws IllegalArgumentException if it is anything else, a host name or a scoped address included
     */
    public static IpAddress parse(String text) {
        return IpAddressText.parse(text);
    }

    /** Whether it is one of a link, {@code fe80::/10}: of such a prefix each is another host's. */
    public static boolean isLinkLocal(long high) {
        return (high & 0xffc0L << 48) == 0xfe80L << 48;
    }

    public boolean isV4() {
        return isV4(high, low);
    }

    public static boolean isV4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** 4 bytes for IPv4, else 16, in network order. */
    public byte[] toBytes() {
        return isV4()
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    @Override
    public int compareTo(IpAddress other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Differs from one run of the program to the next. */
    @Override
    public int hashCode() {
        long mixed = mix(mix(SEED ^ high) ^ low);
        return (int) (mixed ^ mixed >>> 32);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static long mix(long bits) {
        long z = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** Dotted for IPv4, else the canonical form of RFC 5952. */
    @Override
    public String toString() {
        return IpAddressText.format(this);
    }
}
