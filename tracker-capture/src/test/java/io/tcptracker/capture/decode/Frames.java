package io.tcptracker.capture.decode;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Puts frames together, innermost part last: {@code ethernet(IPV4, ipv4(TCP, tcp(SYN)))}. Lengths are right and checksums
 * zero; {@link #with} spoils what a test wants spoilt.
 */
public final class Frames {
    public static final int IPV4 = 0x0800;
    public static final int IPV6 = 0x86dd;
    public static final int VLAN = 0x8100;
    public static final int MPLS = 0x8847;
    public static final int PPPOE = 0x8864;

    public static final int HOP_BY_HOP = 0;
    static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    static final int ROUTING = 43;
    public static final int FRAGMENT = 44;
    static final int GRE = 47;
    static final int AUTHENTICATION = 51;
    static final int ICMPV6 = 58;
    public static final int DESTINATION_OPTIONS = 60;

    public static final int MORE_FRAGMENTS = 0x2000;

    static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    static final int PSH = 8;
    public static final int ACK = 16;
    static final int URG = 32;

    private static final byte[] SOURCE4 = hex("c0000201");
    private static final byte[] DESTINATION4 = hex("c6336402");
    private static final byte[] SOURCE6 = hex("20010db8000000000000000000000001");
    private static final byte[] DESTINATION6 = hex("20010db8000000000000000000000002");

    public static final long TIME = 1_700_000_000_123_456_789L;

    private Frames() {}

    /** What {@link #tcp(int)} in {@link #ipv4} holds. */
    public static Segment segment4(int flags) {
        return new Segment(TIME, IpAddress.parse("192.0.2.1"), 40_000, IpAddress.parse("198.51.100.2"), 80, flags);
    }

    /** What {@link #tcp(int)} in {@link #ipv6} holds. */
    static Segment segment6(int flags) {
        return new Segment(TIME, IpAddress.parse("2001:db8::1"), 40_000, IpAddress.parse("2001:db8::2"), 80, flags);
    }

    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] u16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    public static int u16At(byte[] bytes, int at) {
        return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(at));
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /** A copy with other bytes at an offset. */
    public static byte[] with(byte[] original, int at, int... values) {
        byte[] changed = original.clone();
        System.arraycopy(bytes(values), 0, changed, at, values.length);
        return changed;
    }

    public static byte[] first(byte[] bytes, int count) {
        return Arrays.copyOf(bytes, count);
    }

    // Links

    public static byte[] ethernet(int type, byte[] payload) {
        return join(hex("020000000002 020000000001"), u16(type), payload);
    }

    public static byte[] ethernet4(byte[] packet) {
        return ethernet(IPV4, packet);
    }

    public static byte[] ethernet6(byte[] packet) {
        return ethernet(IPV6, packet);
    }

    static byte[] cooked(int type, byte[] payload) {
        return join(hex("0000 0001 0006 020000000001 0000"), u16(type), payload);
    }

    static byte[] cooked2(int type, byte[] payload) {
        return join(u16(type), hex("0000 00000002 0001 00 06 0200000000010000"), payload);
    }

    /** BSD loopback of a little-endian host. */
    static byte[] loopback(int family, byte[] payload) {
        return join(bytes(family, 0, 0, 0), payload);
    }

    static byte[] loopbackBigEndian(int family, byte[] payload) {
        return join(bytes(0, 0, 0, family), payload);
    }

    /** A tag's body: what comes after its type. */
    public static byte[] tag(int type, byte[] payload) {
        return join(u16(0x2064), u16(type), payload);
    }

    public static byte[] pppoe(int protocol, byte[] payload) {
        return join(hex("1100 0001"), u16(payload.length + 2), u16(protocol), payload);
    }

    public static byte[] mpls(int labels, byte[] payload) {
        byte[] all = payload;
        for (int i = 0; i < labels; i++) {
            all = join(bytes(0, 0x10 + i, i == 0 ? 0x01 : 0x00, 64), all);
        }
        return all;
    }

    static byte[] snap(int type, byte[] payload) {
        byte[] inner = join(hex("aaaa03 000000"), u16(type), payload);
        return ethernet(inner.length, inner);
    }

    // Packets

    public static byte[] ipv4(int protocol, byte[] payload) {
        return ipv4(protocol, 0, new byte[0], payload);
    }

    /**
     * Returns an IPv4 packet.
     *
     * @param fragment the field with the flags and the offset in units of 8 bytes
     */
    public static byte[] ipv4(int protocol, int fragment, byte[] options, byte[] payload) {
        int header = 20 + options.length;
        return join(
                bytes(0x40 | header / 4, 0),
                u16(header + payload.length),
                u16(0x1234),
                u16(fragment),
                bytes(64, protocol, 0, 0),
                SOURCE4,
                DESTINATION4,
                options,
                payload);
    }

    public static byte[] ipv6(int next, byte[] payload) {
        return join(hex("60000000"), u16(payload.length), bytes(next, 64), SOURCE6, DESTINATION6, payload);
    }

    /** An extension header of a multiple of 8 bytes, filled up with one option that pads. */
    public static byte[] extension(int next, int length, byte[] payload) {
        return join(bytes(next, length / 8 - 1, 1, length - 4), new byte[length - 4], payload);
    }

    static byte[] authentication(int next, byte[] payload) {
        return join(bytes(next, 4, 0, 0), new byte[20], payload);
    }

    /**
     * Returns an IPv6 fragment.
     *
     * @param field the fragment header's offset and flag
     */
    public static byte[] fragment(int next, int field, byte[] payload) {
        return join(bytes(next, 0), u16(field), bytes(1, 2, 3, 4), payload);
    }

    /** So many destination options headers before TCP, as an IPv6 packet. */
    public static byte[] chain(int headers, byte[] payload) {
        byte[] all = payload;
        for (int i = 0; i < headers; i++) {
            all = extension(i == 0 ? TCP : DESTINATION_OPTIONS, 8, all);
        }
        return ipv6(headers == 0 ? TCP : DESTINATION_OPTIONS, all);
    }

    /** Options of so many bytes that all do nothing. */
    static byte[] noOperations(int count) {
        byte[] options = new byte[count];
        Arrays.fill(options, (byte) 1);
        return options;
    }

    public static byte[] tcp(int flags) {
        return tcp(40_000, 80, flags, new byte[0]);
    }

    public static byte[] tcp(int sourcePort, int destinationPort, int flags, byte[] options) {
        return join(
                u16(sourcePort),
                u16(destinationPort),
                hex("01020304 00000000"),
                bytes((20 + options.length) * 4, flags),
                hex("faf0 0000 0000"),
                options);
    }

    public static byte[] udp() {
        return join(u16(40_000), u16(53), u16(28), u16(0), new byte[20]);
    }

    /** An error, ICMP or ICMPv6 by its type, that quotes a packet. */
    static byte[] error(int type, byte[] quoted) {
        return join(bytes(type, 1, 0, 0, 0, 0, 0, 0), quoted);
    }

    static byte[] arp() {
        return ethernet(
                0x0806, join(hex("0001 0800 06 04 0001 020000000001 c0000201 000000000000 c6336402"), new byte[18]));
    }
}
