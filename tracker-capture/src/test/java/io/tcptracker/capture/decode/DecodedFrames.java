package io.tcptracker.capture.decode;

import static io.tcptracker.capture.decode.Frames.*;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Frames, and what is to be found in them. */
public final class DecodedFrames {
    /**
     * A frame and what it decodes to: a segment, or nothing for a reason, or neither if it simply holds none that is wanted; or
     * both, of a fragment too small.
     *
     * @param filterable whether a live capture's filter must let it through, if it holds a segment
     */
    @SuppressWarnings("ArrayRecordComponent") // no row is compared with another
    public record Row(
            String name,
            LinkType link,
            byte[] frame,
            @Nullable Segment segment,
            @Nullable DecodeFailure reason,
            boolean filterable) {
        @Override
        public String toString() {
            return link + ": " + name;
        }
    }

    private static final byte[] SYN4 = ipv4(TCP, tcp(SYN));
    private static final byte[] SYN6 = ipv6(TCP, tcp(SYN));
    private static final byte[] NO_OPTIONS = {};
    private static final byte[] TINY4 = ipv4(TCP, MORE_FRAGMENTS, NO_OPTIONS, first(tcp(SYN), 8));

    private final List<Row> rows = new ArrayList<>();

    private DecodedFrames() {}

    public static List<Row> all() {
        DecodedFrames all = new DecodedFrames();
        all.links();
        all.tags();
        all.sessionsAndLabels();
        all.packets4();
        all.packets6();
        all.segments();
        all.literals();
        return all.rows;
    }

    private void links() {
        found("IPv4", LinkType.ETHERNET, ethernet4(SYN4), segment4(SYN));
        found("IPv6", LinkType.ETHERNET, ethernet6(SYN6), segment6(SYN));
        found("IPv4", LinkType.LINUX_COOKED, cooked(IPV4, SYN4), segment4(SYN));
        found("IPv6", LinkType.LINUX_COOKED, cooked(IPV6, SYN6), segment6(SYN));
        hidden("a tag", LinkType.LINUX_COOKED, cooked(VLAN, tag(IPV4, SYN4)), segment4(SYN));
        found("IPv4", LinkType.LINUX_COOKED_2, cooked2(IPV4, SYN4), segment4(SYN));
        found("IPv6", LinkType.LINUX_COOKED_2, cooked2(IPV6, SYN6), segment6(SYN));
        hidden("a tag", LinkType.LINUX_COOKED_2, cooked2(VLAN, tag(IPV6, SYN6)), segment6(SYN));
        found("IPv4", LinkType.RAW, SYN4, segment4(SYN));
        found("IPv6", LinkType.RAW, SYN6, segment6(SYN));
        rejected("neither version", LinkType.RAW, with(SYN4, 0, 0x55), DecodeFailure.IP_HEADER);
        found("IPv4", LinkType.IPV4, SYN4, segment4(SYN));
        rejected("IPv6", LinkType.IPV4, SYN6, DecodeFailure.IP_HEADER);
        found("IPv6", LinkType.IPV6, SYN6, segment6(SYN));
        rejected("IPv4", LinkType.IPV6, join(SYN4, new byte[20]), DecodeFailure.IP_HEADER);
        found("IPv4, little-endian", LinkType.LOOPBACK, loopback(2, SYN4), segment4(SYN));
        found("IPv4, big-endian", LinkType.LOOPBACK, loopbackBigEndian(2, SYN4), segment4(SYN));
        for (int family : new int[] {10, 24, 28, 30}) {
            found("family " + family + ", little-endian", LinkType.LOOPBACK, loopback(family, SYN6), segment6(SYN));
            found(
                    "family " + family + ", big-endian",
                    LinkType.LOOPBACK,
                    loopbackBigEndian(family, SYN6),
                    segment6(SYN));
        }
        nothing("some other family", LinkType.LOOPBACK, loopback(7, SYN4));
        nothing("ARP", LinkType.ETHERNET, arp());
        nothing("a type nobody knows", LinkType.ETHERNET, ethernet(0x1234, SYN4));
        found("padding behind it", LinkType.ETHERNET, join(ethernet4(SYN4), hex("020202020202")), segment4(SYN));
        for (LinkType link : LinkType.values()) {
            rejected("no bytes at all", link, new byte[0], DecodeFailure.TRUNCATED);
        }
    }

    private void tags() {
        for (int type : new int[] {0x8100, 0x88a8, 0x9100}) {
            String name = Integer.toHexString(type);
            found("tag " + name, LinkType.ETHERNET, ethernet(type, tag(IPV4, SYN4)), segment4(SYN));
            found("tag " + name + ", IPv6", LinkType.ETHERNET, ethernet(type, tag(IPV6, SYN6)), segment6(SYN));
            found(
                    "tags " + name + " and 8100",
                    LinkType.ETHERNET,
                    ethernet(type, tag(VLAN, tag(IPV4, SYN4))),
                    segment4(SYN));
            found(
                    "tags " + name + ", " + name + " and 8100",
                    LinkType.ETHERNET,
                    ethernet(type, tag(type, tag(VLAN, tag(IPV6, SYN6)))),
                    segment6(SYN));
            rejected(
                    "four tags " + name,
                    LinkType.ETHERNET,
                    ethernet(type, tag(type, tag(type, tag(type, tag(IPV4, SYN4))))),
                    DecodeFailure.NESTING);
        }
        // To a filter that looks at the place of an IP header first, the inner tag could pass for one.
        found(
                "two tags, the inner one like the begin of IPv4",
                LinkType.ETHERNET,
                with(ethernet(VLAN, tag(VLAN, tag(IPV4, with(SYN4, 2, 0, 0, 0, TCP)))), 18, 0x4f),
                segment4(SYN));
        found(
                "a tag, IPv6 with an extension header",
                LinkType.ETHERNET,
                ethernet(VLAN, tag(IPV6, chain(1, tcp(SYN)))),
                segment6(SYN));
        found(
                "a tag, IPv4 with options",
                LinkType.ETHERNET,
                ethernet(VLAN, tag(IPV4, ipv4(TCP, 0, new byte[40], tcp(SYN)))),
                segment4(SYN));
        nothing("a tag, ARP", LinkType.ETHERNET, ethernet(VLAN, tag(0x0806, new byte[46])));
        nothing("a tag, UDP", LinkType.ETHERNET, ethernet(VLAN, tag(IPV4, ipv4(UDP, udp()))));
        found(
                "a tag, SYN and ACK",
                LinkType.ETHERNET,
                ethernet(VLAN, tag(IPV4, ipv4(TCP, tcp(SYN | ACK)))),
                segment4(SYN | ACK));
    }

    private void sessionsAndLabels() {
        found("PPPoE", LinkType.ETHERNET, ethernet(PPPOE, pppoe(0x21, SYN4)), segment4(SYN));
        found("PPPoE, IPv6", LinkType.ETHERNET, ethernet(PPPOE, pppoe(0x57, SYN6)), segment6(SYN));
        found(
                "PPPoE, IPv6 with an extension header",
                LinkType.ETHERNET,
                ethernet(PPPOE, pppoe(0x57, chain(2, tcp(SYN)))),
                segment6(SYN));
        nothing("PPPoE, link control", LinkType.ETHERNET, ethernet(PPPOE, pppoe(0xc021, SYN4)));
        nothing("PPPoE discovery", LinkType.ETHERNET, ethernet(0x8863, pppoe(0x21, SYN4)));
        found("PPPoE, a label", LinkType.ETHERNET, ethernet(PPPOE, pppoe(0x281, mpls(1, SYN4))), segment4(SYN));
        found("a tag, PPPoE", LinkType.ETHERNET, ethernet(VLAN, tag(PPPOE, pppoe(0x21, SYN4))), segment4(SYN));
        found(
                "three tags, PPPoE, IPv6",
                LinkType.ETHERNET,
                ethernet(0x88a8, tag(VLAN, tag(VLAN, tag(PPPOE, pppoe(0x57, SYN6))))),
                segment6(SYN));
        for (int labels = 1; labels <= 8; labels++) {
            found(labels + " labels", LinkType.ETHERNET, ethernet(MPLS, mpls(labels, SYN4)), segment4(SYN));
        }
        found("a label, IPv6", LinkType.ETHERNET, ethernet(MPLS, mpls(1, SYN6)), segment6(SYN));
        found("a label, multicast", LinkType.ETHERNET, ethernet(0x8848, mpls(1, SYN4)), segment4(SYN));
        found("a tag, two labels", LinkType.ETHERNET, ethernet(VLAN, tag(MPLS, mpls(2, SYN4))), segment4(SYN));
        rejected("9 labels", LinkType.ETHERNET, ethernet(MPLS, mpls(9, SYN4)), DecodeFailure.NESTING);
        nothing(
                "a label, Ethernet in it",
                LinkType.ETHERNET,
                ethernet(MPLS, mpls(1, join(new byte[4], ethernet4(SYN4)))));
        hidden("LLC/SNAP", LinkType.ETHERNET, snap(IPV4, SYN4), segment4(SYN));
        hidden("LLC/SNAP, IPv6", LinkType.ETHERNET, snap(IPV6, SYN6), segment6(SYN));
        nothing("LLC/SNAP of another organization", LinkType.ETHERNET, with(snap(IPV4, SYN4), 19, 0x0c));
        nothing("LLC, spanning tree", LinkType.ETHERNET, ethernet(38, join(hex("424203"), new byte[43])));
    }

    private void packets4() {
        for (int options = 4; options <= 40; options += 12) {
            found(
                    options + " bytes of options",
                    LinkType.ETHERNET,
                    ethernet4(ipv4(TCP, 0, new byte[options], tcp(SYN))),
                    segment4(SYN));
        }
        found("total length 0", LinkType.ETHERNET, ethernet4(with(SYN4, 2, 0, 0)), segment4(SYN));
        rejected("total length 19", LinkType.ETHERNET, ethernet4(with(SYN4, 2, 0, 19)), DecodeFailure.IP_HEADER);
        rejected("header length 16", LinkType.ETHERNET, ethernet4(with(SYN4, 0, 0x44)), DecodeFailure.IP_HEADER);
        rejected("version 6 in IPv4", LinkType.ETHERNET, ethernet4(with(SYN4, 0, 0x65)), DecodeFailure.IP_HEADER);
        rejected("no TCP header", LinkType.ETHERNET, ethernet4(with(SYN4, 2, 0, 20)), DecodeFailure.TCP_HEADER);
        rejected(
                "total length ends before the flags",
                LinkType.ETHERNET,
                ethernet4(with(SYN4, 2, 0, 33)),
                DecodeFailure.TCP_HEADER);
        found("total length ends at the flags", LinkType.ETHERNET, ethernet4(with(SYN4, 2, 0, 34)), segment4(SYN));
        found("don't fragment", LinkType.ETHERNET, ethernet4(ipv4(TCP, 0x4000, NO_OPTIONS, tcp(SYN))), segment4(SYN));
        found(
                "the reserved flag",
                LinkType.ETHERNET,
                ethernet4(ipv4(TCP, 0x8000, NO_OPTIONS, tcp(SYN))),
                segment4(SYN));
        found(
                "a first fragment",
                LinkType.ETHERNET,
                ethernet4(ipv4(TCP, MORE_FRAGMENTS, NO_OPTIONS, tcp(SYN))),
                segment4(SYN));
        for (int length : new int[] {4, 8, 13}) {
            tiny(
                    "a first fragment of " + length + " bytes",
                    LinkType.ETHERNET,
                    ethernet4(ipv4(TCP, MORE_FRAGMENTS, NO_OPTIONS, first(tcp(SYN), length))),
                    segment4(Segment.FRAGMENT));
        }
        tiny(
                "a first fragment of 8 bytes after options, and padding",
                LinkType.ETHERNET,
                join(ethernet4(ipv4(TCP, MORE_FRAGMENTS, new byte[12], first(tcp(SYN), 8))), new byte[20]),
                segment4(Segment.FRAGMENT));
        tiny("a first fragment of 8 bytes", LinkType.RAW, TINY4, segment4(Segment.FRAGMENT));
        tiny(
                "a first fragment of 8 bytes in a tag",
                LinkType.ETHERNET,
                ethernet(VLAN, tag(IPV4, TINY4)),
                segment4(Segment.FRAGMENT));
        tiny(
                "a first fragment of 8 bytes in two tags",
                LinkType.ETHERNET,
                ethernet(0x88a8, tag(VLAN, tag(IPV4, TINY4))),
                segment4(Segment.FRAGMENT));
        tiny(
                "a first fragment of 8 bytes in PPPoE",
                LinkType.ETHERNET,
                ethernet(PPPOE, pppoe(0x21, TINY4)),
                segment4(Segment.FRAGMENT));
        rejected(
                "a first fragment that ends within the ports",
                LinkType.ETHERNET,
                ethernet4(ipv4(TCP, MORE_FRAGMENTS, NO_OPTIONS, first(tcp(SYN), 3))),
                DecodeFailure.TINY_FRAGMENT);
        rejected(
                "a first fragment that is captured up to the ports",
                LinkType.ETHERNET,
                first(ethernet4(TINY4), 14 + 20 + 3),
                DecodeFailure.TINY_FRAGMENT);
        found(
                "a first fragment that ends at the flags",
                LinkType.ETHERNET,
                ethernet4(ipv4(TCP, MORE_FRAGMENTS, NO_OPTIONS, first(tcp(SYN), 14))),
                segment4(SYN));
        nothing(
                "a first fragment of UDP",
                LinkType.ETHERNET,
                ethernet4(ipv4(UDP, MORE_FRAGMENTS, NO_OPTIONS, first(udp(), 8))));
        rejected(
                "a first fragment of no bytes",
                LinkType.ETHERNET,
                ethernet4(ipv4(TCP, MORE_FRAGMENTS, NO_OPTIONS, NO_OPTIONS)),
                DecodeFailure.TINY_FRAGMENT);
        nothing("a later fragment", LinkType.ETHERNET, ethernet4(ipv4(TCP, 1, NO_OPTIONS, tcp(SYN))));
        nothing(
                "a later fragment, not the last",
                LinkType.ETHERNET,
                ethernet4(ipv4(TCP, 0x3fff, NO_OPTIONS, tcp(SYN))));
        nothing("UDP", LinkType.ETHERNET, ethernet4(ipv4(UDP, udp())));
        nothing("a SYN quoted in an ICMP error", LinkType.ETHERNET, ethernet4(ipv4(ICMP, error(3, SYN4))));
        nothing("GRE", LinkType.ETHERNET, ethernet4(ipv4(GRE, join(hex("00000800"), SYN4))));
        nothing("IPv4 in IPv4", LinkType.ETHERNET, ethernet4(ipv4(4, SYN4)));
        nothing("IPv6 in IPv4", LinkType.ETHERNET, ethernet4(ipv4(41, SYN6)));
    }

    private void packets6() {
        byte[] tcp = tcp(SYN);
        for (int header : new int[] {HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS, 135, 139, 140}) {
            for (int length : new int[] {8, 24, 104}) {
                found(
                        "extension header " + header + " of " + length + " bytes",
                        LinkType.ETHERNET,
                        ethernet6(ipv6(header, extension(TCP, length, tcp))),
                        segment6(SYN));
            }
        }
        found(
                "a destination options header of 2,048 bytes",
                LinkType.ETHERNET,
                ethernet6(ipv6(DESTINATION_OPTIONS, extension(TCP, 2_048, tcp))),
                segment6(SYN));
        found(
                "an authentication header",
                LinkType.ETHERNET,
                ethernet6(ipv6(AUTHENTICATION, authentication(TCP, tcp))),
                segment6(SYN));
        found(
                "a whole packet with a fragment header",
                LinkType.ETHERNET,
                ethernet6(ipv6(FRAGMENT, fragment(TCP, 0, tcp))),
                segment6(SYN));
        found("a first fragment", LinkType.ETHERNET, ethernet6(ipv6(FRAGMENT, fragment(TCP, 1, tcp))), segment6(SYN));
        nothing("a later fragment", LinkType.ETHERNET, ethernet6(ipv6(FRAGMENT, fragment(TCP, 8, tcp))));
        tiny(
                "a first fragment of 8 bytes",
                LinkType.ETHERNET,
                ethernet6(ipv6(FRAGMENT, fragment(TCP, 1, first(tcp, 8)))),
                segment6(Segment.FRAGMENT));
        tiny(
                "a first fragment of 8 bytes after an extension header",
                LinkType.ETHERNET,
                ethernet6(ipv6(FRAGMENT, fragment(DESTINATION_OPTIONS, 1, extension(TCP, 8, first(tcp, 8))))),
                segment6(Segment.FRAGMENT));
        rejected(
                "a first fragment of no bytes",
                LinkType.ETHERNET,
                ethernet6(ipv6(FRAGMENT, fragment(TCP, 1, NO_OPTIONS))),
                DecodeFailure.TINY_FRAGMENT);
        rejected(
                "a first fragment that ends among the extension headers",
                LinkType.ETHERNET,
                ethernet6(ipv6(FRAGMENT, fragment(DESTINATION_OPTIONS, 1, extension(TCP, 8, NO_OPTIONS)))),
                DecodeFailure.TINY_FRAGMENT);
        rejected(
                "a first fragment that ends before an extension header",
                LinkType.ETHERNET,
                ethernet6(ipv6(FRAGMENT, fragment(DESTINATION_OPTIONS, 1, NO_OPTIONS))),
                DecodeFailure.TINY_FRAGMENT);
        for (int headers = 2; headers <= 8; headers++) {
            found(headers + " extension headers", LinkType.ETHERNET, ethernet6(chain(headers, tcp)), segment6(SYN));
        }
        rejected("9 extension headers", LinkType.ETHERNET, ethernet6(chain(9, tcp)), DecodeFailure.NESTING);
        found(
                "every kind of extension header",
                LinkType.ETHERNET,
                ethernet6(ipv6(
                        HOP_BY_HOP,
                        extension(
                                DESTINATION_OPTIONS,
                                8,
                                extension(
                                        ROUTING,
                                        8,
                                        extension(
                                                FRAGMENT,
                                                24,
                                                fragment(AUTHENTICATION, 0, authentication(TCP, tcp))))))),
                segment6(SYN));
        rejected(
                "an extension header longer than the packet",
                LinkType.ETHERNET,
                join(ethernet6(ipv6(HOP_BY_HOP, bytes(TCP, 255, 1, 4, 0, 0, 0, 0))), new byte[2_200]),
                DecodeFailure.TCP_HEADER);
        rejected(
                "no room for the extension header",
                LinkType.ETHERNET,
                join(ethernet6(ipv6(HOP_BY_HOP, bytes(TCP, 0, 0, 0))), tcp),
                DecodeFailure.IP_HEADER);
        found("payload length 0", LinkType.ETHERNET, ethernet6(with(SYN6, 4, 0, 0)), segment6(SYN));
        rejected("payload length 13", LinkType.ETHERNET, ethernet6(with(SYN6, 4, 0, 13)), DecodeFailure.TCP_HEADER);
        found("payload length 14", LinkType.ETHERNET, ethernet6(with(SYN6, 4, 0, 14)), segment6(SYN));
        rejected("version 4 in IPv6", LinkType.ETHERNET, ethernet6(with(SYN6, 0, 0x40)), DecodeFailure.IP_HEADER);
        nothing("UDP", LinkType.ETHERNET, ethernet6(ipv6(UDP, udp())));
        nothing("no next header", LinkType.ETHERNET, ethernet6(ipv6(59, tcp)));
        nothing("an encrypted payload", LinkType.ETHERNET, ethernet6(ipv6(50, tcp)));
        nothing("a SYN quoted in an ICMPv6 error", LinkType.ETHERNET, ethernet6(ipv6(ICMPV6, error(1, SYN6))));
        nothing("IPv4 in IPv6", LinkType.ETHERNET, ethernet6(ipv6(4, SYN4)));
        nothing("IPv6 in IPv6", LinkType.ETHERNET, ethernet6(ipv6(41, SYN6)));
    }

    private void segments() {
        for (int flags = 0; flags < 256; flags++) {
            byte[] frame4 = ethernet4(ipv4(TCP, tcp(flags)));
            byte[] frame6 = ethernet6(ipv6(TCP, tcp(flags)));
            String name = "flags " + flags;
            if ((flags & ACK) == 0 || (flags & (SYN | RST)) != 0) {
                found(name, LinkType.ETHERNET, frame4, segment4(flags));
                found(name, LinkType.ETHERNET, frame6, segment6(flags));
            } else {
                nothing(name + ", within a connection", LinkType.ETHERNET, frame4);
                nothing(name + ", within a connection", LinkType.ETHERNET, frame6);
            }
        }
        for (int offset = 0; offset < 5; offset++) {
            rejected(
                    "data offset " + offset,
                    LinkType.RAW,
                    ipv4(TCP, with(tcp(SYN), 12, offset << 4)),
                    DecodeFailure.TCP_HEADER);
        }
        found(
                "data offset beyond the end",
                LinkType.RAW,
                ipv4(TCP, with(tcp(SYN), 12, 0xf0)),
                segment4(SYN | Segment.OPTIONS));
        found("reserved bits", LinkType.RAW, ipv4(TCP, with(tcp(SYN), 12, 0x5f)), segment4(SYN));
        found("a maximum segment size", LinkType.RAW, ipv4(TCP, tcp(40_000, 80, SYN, hex("020405b4"))), segment4(SYN));
        found(
                "the options of Linux",
                LinkType.RAW,
                ipv4(TCP, tcp(40_000, 80, SYN, hex("020405b4 0402080a 01020304 00000000 01030307"))),
                segment4(SYN | Segment.OPTIONS));
        for (int bytes = 4; bytes <= 40; bytes += 4) {
            int mark = bytes > 4 ? Segment.OPTIONS : 0;
            byte[] tcp = tcp(40_000, 80, RST | ACK, noOperations(bytes));
            found(bytes + " bytes of options", LinkType.RAW, ipv4(TCP, tcp), segment4(RST | ACK | mark));
            found(bytes + " bytes of options, IPv6", LinkType.RAW, ipv6(TCP, tcp), segment6(RST | ACK | mark));
        }
        for (int port : new int[] {0, 65_535}) {
            found(
                    "ports " + port,
                    LinkType.RAW,
                    ipv6(TCP, tcp(port, port, SYN, NO_OPTIONS)),
                    new Segment(TIME, IpAddress.parse("2001:db8::1"), port, IpAddress.parse("2001:db8::2"), port, SYN));
        }
    }

    /** Written out by hand, so that a mistake in {@link Frames} doesn't go unseen. */
    private void literals() {
        found(
                "literal: SYN to 10.0.0.2:22",
                LinkType.ETHERNET,
                hex("001122334455 66778899aabb 0800"
                        + "4500003c 1c464000 4006b1e6 0a000001 0a000002"
                        + "c3500016 00000001 00000000 a002faf0 00000000"
                        + "020405b4 0402080a 00000001 00000000 01030307"),
                new Segment(
                        TIME,
                        IpAddress.parse("10.0.0.1"),
                        50_000,
                        IpAddress.parse("10.0.0.2"),
                        22,
                        SYN | Segment.OPTIONS));
        tiny(
                "literal: the first fragment of nmap -f",
                LinkType.ETHERNET,
                hex("001122334455 66778899aabb 0800"
                        + "4500001c 8e8a2000 26061234 0a000001 0a000002"
                        + "c3500016 00000001"),
                new Segment(
                        TIME, IpAddress.parse("10.0.0.1"), 50_000, IpAddress.parse("10.0.0.2"), 22, Segment.FRAGMENT));
        found(
                "literal: SYN with ECE and CWR in VLAN 100, IPv6 with a hop-by-hop header",
                LinkType.ETHERNET,
                hex("001122334455 66778899aabb 8100 0064 86dd"
                        + "60000000 001c 00 40 fe800000000000000000000000000001 fe800000000000000000000000000002"
                        + "0600 0104 00000000"
                        + "1f90 01bb 00000001 00000000 50c2faf0 00000000"),
                new Segment(TIME, IpAddress.parse("fe80::1"), 8_080, IpAddress.parse("fe80::2"), 443, SYN | 0xc0));
        found(
                "literal: SYN+ACK, cooked",
                LinkType.LINUX_COOKED,
                hex("0004 0001 0006 001122334455 0000 0800"
                        + "45000028 00010000 40060000 7f000001 7f000001"
                        + "0050c350 00000001 00000002 5012ffff 00000000"),
                new Segment(TIME, IpAddress.parse("127.0.0.1"), 80, IpAddress.parse("127.0.0.1"), 50_000, SYN | ACK));
    }

    private void found(String name, LinkType link, byte[] frame, Segment segment) {
        rows.add(new Row(name, link, frame, segment, null, true));
    }

    /** A segment that the kernel's filter need not know. */
    private void hidden(String name, LinkType link, byte[] frame, Segment segment) {
        rows.add(new Row(name, link, frame, segment, null, false));
    }

    /** A segment that counts as a fragment too small. */
    private void tiny(String name, LinkType link, byte[] frame, Segment segment) {
        rows.add(new Row(name, link, frame, segment, DecodeFailure.TINY_FRAGMENT, true));
    }

    private void rejected(String name, LinkType link, byte[] frame, DecodeFailure reason) {
        rows.add(new Row(name, link, frame, null, reason, true));
    }

    private void nothing(String name, LinkType link, byte[] frame) {
        rows.add(new Row(name, link, frame, null, null, true));
    }
}
