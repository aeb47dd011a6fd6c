package io.tcptracker.capture.decode;

import static io.tcptracker.capture.decode.Frames.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tcptracker.testing.Needs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Runs the compiled filter over frames as the kernel would. */
@Needs(programs = "tcpdump") // where it is, libpcap is
class SegmentFilterTest {
    private static final Map<LinkType, Integer> LIVE =
            Map.of(LinkType.ETHERNET, 1, LinkType.LINUX_COOKED, 113, LinkType.RAW, 12);
    private static final List<String> EVERY_LINK = List.of("raw", "cooked", "Ethernet", "tagged", "PPPoE");
    private static final Map<LinkType, BpfProgram> FILTERS = new EnumMap<>(LinkType.class);

    @BeforeAll
    static void compile() throws PcapNativeException {
        for (LinkType link : LIVE.keySet()) {
            FILTERS.put(link, compile(link, Optional.empty()));
        }
    }

    @AfterAll
    static void free() {
        FILTERS.values().forEach(BpfProgram::free);
    }

    static List<DecodedFrames.Row> wanted() {
        return DecodedFrames.all().stream()
                .filter(row -> LIVE.containsKey(row.link()) && row.segment() != null && row.filterable())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("wanted")
    void letsWantedSegmentsThrough(DecodedFrames.Row row) {
        assertTrue(passes(row.link(), row.frame()), () -> hex(row.frame()));
    }

    @Test
    void keepsOrdinaryTrafficOut() {
        byte[] tcp = tcp(SYN);
        for (byte[] packet : List.of(
                ipv4(TCP, tcp(ACK)),
                ipv4(TCP, tcp(PSH | ACK)),
                ipv4(TCP, tcp(URG | ACK)),
                ipv4(TCP, tcp(FIN | ACK)),
                ipv4(UDP, udp()),
                ipv4(ICMP, error(3, ipv4(TCP, tcp))),
                ipv4(TCP, 1, new byte[0], tcp),
                ipv4(TCP, MORE_FRAGMENTS | 1, new byte[0], tcp),
                ipv4(UDP, MORE_FRAGMENTS, new byte[0], first(udp(), 8)),
                ipv4(GRE, join(hex("00000800"), ipv4(TCP, tcp))),
                ipv6(TCP, tcp(ACK)),
                ipv6(TCP, tcp(FIN | PSH | ACK)),
                ipv6(UDP, udp()),
                ipv6(ICMPV6, error(1, ipv6(TCP, tcp))))) {
            assertEquals(List.of(), linksWherePasses(packet), () -> hex(packet));
        }
        assertFalse(passes(LinkType.ETHERNET, arp()), "ARP");
    }

    @Test
    void letsAllThroughButSegmentsWithinConnections() {
        for (int flags = 0; flags < 256; flags++) {
            boolean withinAConnection = (flags & ACK) != 0 && (flags & (SYN | RST)) == 0;
            List<String> expected = withinAConnection ? List.of() : EVERY_LINK;
            for (byte[] packet : List.of(ipv4(TCP, tcp(flags)), ipv6(TCP, tcp(flags)))) {
                assertEquals(expected, linksWherePasses(packet), () -> hex(packet));
            }
        }
    }

    /** To look for the flags would lead past their end, and a load that does ends the whole filter. */
    @Test
    void letsFirstFragmentsThroughThatEndBeforeTheFlags() {
        for (int length = 0; length <= 16; length += 8) {
            byte[] head = first(tcp(SYN), length);
            for (byte[] packet : List.of(
                    ipv4(TCP, MORE_FRAGMENTS, new byte[0], head),
                    ipv4(TCP, MORE_FRAGMENTS, new byte[40], head),
                    ipv6(FRAGMENT, fragment(TCP, 1, head)))) {
                assertEquals(EVERY_LINK, linksWherePasses(packet), () -> hex(packet));
            }
        }
    }

    /** On which links such an IP packet passes. */
    private static List<String> linksWherePasses(byte[] packet) {
        int type = packet[0] >> 4 == 4 ? IPV4 : IPV6;
        List<String> links = new ArrayList<>();
        if (passes(LinkType.RAW, packet)) {
            links.add("raw");
        }
        if (passes(LinkType.LINUX_COOKED, cooked(type, packet))) {
            links.add("cooked");
        }
        if (passes(LinkType.ETHERNET, ethernet(type, packet))) {
            links.add("Ethernet");
        }
        if (passes(LinkType.ETHERNET, ethernet(VLAN, tag(type, packet)))) {
            links.add("tagged");
        }
        if (passes(LinkType.ETHERNET, ethernet(PPPOE, pppoe(type == IPV4 ? 0x21 : 0x57, packet)))) {
            links.add("PPPoE");
        }
        return links;
    }

    /** Spoilt frames find what a table doesn't: places where the filter gives up before it has looked at all there is. */
    @Test
    void letsAllThroughThatTheDecoderFindsInSpoiltFrames() {
        long seed = 1_126;
        Random random = new Random(seed);
        List<DecodedFrames.Row> rows = wanted();
        SegmentDecoder decoder = new SegmentDecoder();
        int wanted = 0;
        for (int i = 0; i < 100_000; i++) {
            DecodedFrames.Row row = rows.get(random.nextInt(rows.size()));
            byte[] frame = Mutations.spoil(row.frame(), random);
            var segment = decoder.decode(row.link(), 0, ByteBuffer.wrap(frame), 0, frame.length);
            if (segment == null || isKnownException(row.link(), frame)) {
                continue;
            }
            wanted++;
            if (!passes(row.link(), frame)) {
                fail("seed " + seed + ", frame " + i + " from " + row + " is stopped: " + hex(frame));
            }
        }
        assertTrue(wanted > 10_000, "hardly any segments: " + wanted);
    }

    /** LLC/SNAP, and tags on a cooked link, where the kernel has taken off the only one that is usual. */
    private static boolean isKnownException(LinkType link, byte[] frame) {
        int at = link == LinkType.ETHERNET ? 12 : 14;
        if (link == LinkType.RAW) {
            return false;
        }
        int type = u16At(frame, at);
        while (link == LinkType.ETHERNET && (type == 0x8100 || type == 0x88a8 || type == 0x9100)) {
            at += 4;
            type = u16At(frame, at);
        }
        return type <= 1500 || (link == LinkType.LINUX_COOKED && type != IPV4 && type != IPV6);
    }

    @Test
    void anExtraExpressionMustMatchToo() throws PcapNativeException {
        BpfProgram web = compile(LinkType.ETHERNET, Optional.of("port 80 or port 443"));
        try {
            assertTrue(passes(web, ethernet4(ipv4(TCP, tcp(SYN)))));
            assertTrue(passes(web, ethernet6(ipv6(TCP, tcp(40_000, 443, SYN, new byte[0])))));
            assertFalse(passes(web, ethernet4(ipv4(TCP, tcp(40_000, 22, SYN, new byte[0])))));
            assertFalse(passes(web, ethernet4(ipv4(TCP, tcp(ACK)))));
        } finally {
            web.free();
        }
    }

    /** "vlan" shifts the offsets of what follows it in an expression: it must not shift ours. */
    @Test
    void anExtraExpressionThatShiftsOffsetsDoesNotShiftOurs() throws PcapNativeException {
        BpfProgram tagged = compile(LinkType.ETHERNET, Optional.of("vlan and port 80"));
        try {
            assertTrue(passes(tagged, ethernet(VLAN, tag(IPV4, ipv4(TCP, tcp(SYN))))));
            assertFalse(passes(tagged, ethernet(VLAN, tag(IPV4, ipv4(TCP, tcp(ACK))))));
            assertFalse(passes(tagged, ethernet4(ipv4(TCP, tcp(SYN)))));
        } finally {
            tagged.free();
        }
    }

    /** Together with ours it would be well-formed, and would replace it. */
    @Test
    void anExtraExpressionThatClosesOurParenthesisIsNoExpressionOfItsOwn() throws PcapNativeException {
        String extra = "port 1) or (port 2";
        compile(LinkType.ETHERNET, Optional.of(extra)).free();
        PcapHandle dead = Pcaps.openDead(DataLinkType.EN10MB, 65_535);
        try {
            assertThrows(
                    PcapNativeException.class,
                    () -> dead.compileFilter(extra, BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN));
        } finally {
            dead.close();
        }
    }

    private static boolean passes(LinkType link, byte[] frame) {
        return passes(Objects.requireNonNull(FILTERS.get(link)), frame);
    }

    private static boolean passes(BpfProgram filter, byte[] frame) {
        return filter.applyFilter(frame, frame.length, frame.length);
    }

    private static BpfProgram compile(LinkType link, Optional<String> extra) throws PcapNativeException {
        PcapHandle dead = Pcaps.openDead(DataLinkType.getInstance(Objects.requireNonNull(LIVE.get(link))), 65_535);
        try {
            return dead.compileFilter(
                    SegmentFilter.of(link, extra), BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
        } catch (NotOpenException e) {
            throw new AssertionError(e);
        } finally {
            dead.close();
        }
    }
}
