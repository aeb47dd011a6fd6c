package io.tcptracker.core.net;

/**
 * A block of addresses: those whose first bits are those of {@code address}. Immutable.
 *
 * @param address the first address of the block; the bits past {@code length} are zero
 * @param length how many bits are fixed: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Prefix(IpAddress address, int length) {
    public Prefix {
        int most = address.isV4() ? 32 : 128;
        if (length < 0 || length > most) {
            throw new IllegalArgumentException(
                    "a prefix of " + address + " has a length of 0 to " + most + ", not " + length);
        }
        IpAddress first = first(address, length);
        if (!first.equals(address)) {
            throw new IllegalArgumentException(
                    address + "/" + length + " has bits set past its length; write " + first + "/" + length);
        }
    }

    /** Returns the prefix that holds this address alone. */
    public static Prefix of(IpAddress address) {
        return new Prefix(address, address.isV4() ? 32 : 128);
    }

    /** Returns the prefix of this length that holds the address. */
    public static Prefix of(IpAddress address, int length) {
        return new Prefix(first(address, length), length);
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or an address alone.
     *
     * @throws IllegalArgumentException if it is anything else; the message shows the right form
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return of(IpAddress.parse(text));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a prefix; write it like 10.0.0.0/8 or 2001:db8::/32");
        }
        return new Prefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    public boolean contains(IpAddress candidate) {
        return candidate.isV4() == address.isV4() && first(candidate, length).equals(address);
    }

    /** Returns whether the two prefixes have an address in common. */
    public boolean overlaps(Prefix other) {
        return contains(other.address) ? length <= other.length : other.contains(address);
    }

    private static IpAddress first(IpAddress address, int length) {
        int bits = address.isV4() ? length + 96 : length;
        long high = bits >= 64 ? -1L : mask(bits);
        long low = bits >= 64 ? mask(bits - 64) : 0;
        return new IpAddress(address.high() & high, address.low() & low);
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    boolean isSingle() {
        return length == (address.isV4() ? 32 : 128);
    }

    /** Returns the form that {@link #parse} reads; a single address without its length. */
    @Override
    public String toString() {
        return isSingle() ? address.toString() : address + "/" + length;
    }
}
