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
    // An attacker picks the addresses of packets. With a computable hash, an attacker could pile them all on one
    // bucket.
    private static final long SEED = new SecureRandom().nextLong();
    private static final long V4_PREFIX = 0xffffL << 32;

    /** The address {@code ::}, which no host has. */
    public static final IpAddress UNSPECIFIED = new IpAddress(0, 0);

    /** Makes an IPv4 address from its 32 bits. */
    public static IpAddress v4(int bits) {
        return new IpAddress(0, lowOfV4(bits));
    }

    static long lowOfV4(int bits) {
        return V4_PREFIX | Integer.toUnsignedLong(bits);
    }

    /** Makes an address from its 4 or 16 bytes in network order. */
    public static IpAddress of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return switch (bytes.length) {
            case 4 -> v4(buffer.getInt());
            case 16 -> new IpAddress(buffer.getLong(), buffer.getLong());
            default -> throw new IllegalArgumentException("An IP address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    /** Makes an address from one of Java's. */
    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * Reads a literal such as {@code 192.0.2.1} or {@code 2001:db8::1}.
     *
     * @throws IllegalArgumentException if the text is anything else, a host name or a scoped address included
     */
    public static IpAddress parse(String text) {
        if (text.indexOf(':') < 0) {
            return v4(IpAddressText.parseV4(text));
        }
        long[] halves = IpAddressText.parseV6(text);
        return new IpAddress(halves[0], halves[1]);
    }

    /** Returns whether the address is link-local, {@code fe80::/10}: each address of such a prefix is another host's. */
    public static boolean isLinkLocal(long high) {
        return (high & 0xffc0L << 48) == 0xfe80L << 48;
    }

    public boolean isV4() {
        return isV4(high, low);
    }

    public static boolean isV4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** Returns 4 bytes for IPv4, otherwise 16, in network order. */
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

    /** Returns a hash that differs from one run of the program to the next. */
    @Override
    public int hashCode() {
        long mixed = mix(mix(SEED ^ high) ^ low);
        return (int) (mixed ^ mixed >>> 32);
    }

    /** Applies the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static long mix(long bits) {
        long z = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** Returns the dotted form for IPv4, otherwise the canonical form of RFC 5952. */
    @Override
    public String toString() {
        return isV4() ? IpAddressText.formatV4((int) low) : IpAddressText.formatV6(high, low);
    }
}
