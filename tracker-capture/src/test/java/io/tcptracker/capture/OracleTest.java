package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.Mutations;
import io.tcptracker.capture.decode.SegmentDecoder;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.Dot1qVlanTagPacket;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV6ExtDestinationOptionsPacket;
import org.pcap4j.packet.IpV6ExtHopByHopOptionsPacket;
import org.pcap4j.packet.IpV6ExtUnknownPacket;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpPacket;

/**
 * The decoder against another one: pcap4j's packet classes, as far as they go (Ethernet, 802.1Q, IPv4, IPv6, TCP). Where
 * the two differ, a rule of ours must explain it.
 */
class OracleTest {
    private final SegmentDecoder decoder = new SegmentDecoder();
    private final Map<String, Integer> explained = new TreeMap<>();

    @Test
    void agreesOnWellFormedFrames() {
        long seed = 4_711;
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] frame = wellFormed(random, 3);
            Segment ours = decode(frame);
            Oracle oracle = Oracle.read(frame);
            assertTrue(oracle.segment() != null, () -> "pcap4j finds no segment in " + Frames.hex(frame));
            int number = i;
            assertEquals(oracle.wanted(), ours, () -> "seed " + seed + ", frame " + number + ": " + Frames.hex(frame));
        }
    }

    @Test
    void agreesOnSpoiltFramesOrNamesTheRule() {
        long seed = 815;
        Random random = new Random(seed);
        int alike = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] frame = Mutations.spoil(wellFormed(random, 4), random);
            Segment ours = decode(frame);
            Oracle oracle = Oracle.read(frame);
            if (Objects.equals(ours, oracle.wanted())) {
                alike += ours == null ? 0 : 1;
                continue;
            }
            Optional<String> rule = oracle.rule(frame, ours);
            if (rule.isEmpty()) {
                fail("seed " + seed + ", frame " + i + ": we find " + ours + ", pcap4j finds " + oracle + " in "
                        + Frames.hex(frame));
            }
            explained.merge(rule.get(), 1, Integer::sum);
        }
        assertTrue(alike > 50_000, "hardly any segments: " + alike);
        assertEquals(Oracle.RULES, List.copyOf(explained.keySet()), "the rules that were needed: " + explained);
    }

    private @Nullable Segment decode(byte[] frame) {
        return decoder.decode(LinkType.ETHERNET, Frames.TIME, ByteBuffer.wrap(frame), 0, frame.length);
    }

    private static byte[] wellFormed(Random random, int mostTags) {
        byte[] tcp = Frames.join(
                Frames.tcp(
                        random.nextInt(65_536),
                        random.nextInt(65_536),
                        random.nextInt(256),
                        options(random, random.nextInt(11))),
                new byte[random.nextInt(20)]);
        boolean v6 = random.nextBoolean();
        byte[] packet = v6 ? packet6(random, tcp) : packet4(random, tcp);
        for (int i = v6 ? 8 : 12; i < (v6 ? 40 : 20); i++) {
            packet[i] = (byte) random.nextInt(); // the addresses
        }
        int type = v6 ? Frames.IPV6 : Frames.IPV4;
        int tags = random.nextInt(mostTags + 1);
        for (int i = 0; i < tags; i++) {
            packet = Frames.tag(i == 0 ? type : Frames.VLAN, packet);
        }
        return Frames.ethernet(tags == 0 ? type : Frames.VLAN, packet);
    }

    private static byte[] packet4(Random random, byte[] tcp) {
        int fragment = random.nextBoolean() ? 0x4000 : 0;
        return Frames.ipv4(Frames.TCP, fragment, options(random, random.nextInt(11)), tcp);
    }

    private static byte[] packet6(Random random, byte[] tcp) {
        int next = Frames.TCP;
        byte[] payload = tcp;
        for (int headers = random.nextInt(4); headers > 0; headers--) {
            payload = Frames.extension(next, 8 * (1 + random.nextInt(4)), payload);
            next = random.nextBoolean() ? Frames.HOP_BY_HOP : Frames.DESTINATION_OPTIONS;
        }
        return Frames.ipv6(next, payload);
    }

    /** So many times four bytes of options that do nothing. */
    private static byte[] options(Random random, int words) {
        byte[] options = new byte[words * 4];
        Arrays.fill(options, (byte) 1);
        if (words > 0 && random.nextBoolean()) {
            options[options.length - 1] = 0;
        }
        return options;
    }

    /**
     * What pcap4j makes of a frame.
     *
     * @param layers the packets from the outermost to the innermost
     */
    private record Oracle(List<Packet> layers, @Nullable Segment segment) {
        static final List<String> RULES = List.of(
                "an extension header is as long as it says, whatever its options",
                "at most three tags",
                "the first fragment counts",
                "the flags are enough of a TCP header",
                "the other types of tags",
                "the version must be right",
                "what is no extension header isn't taken for one");

        static Oracle read(byte[] frame) {
            List<Packet> layers = new ArrayList<>();
            try {
                Packet packet = EthernetPacket.newPacket(frame, 0, frame.length);
                while (packet != null) {
                    layers.add(packet);
                    packet = packet.getPayload();
                }
            } catch (IllegalRawDataException | RuntimeException e) {
                return new Oracle(layers, null);
            }
            return new Oracle(layers, segment(layers));
        }

        private static @Nullable Segment segment(List<Packet> layers) {
            IpAddress source = null;
            IpAddress destination = null;
            for (Packet layer : layers) {
                if (layer instanceof IpV4Packet ip && source == null) {
                    source = address(ip.getHeader().getSrcAddr());
                    destination = address(ip.getHeader().getDstAddr());
                } else if (layer instanceof IpV6Packet ip && source == null) {
                    source = address(ip.getHeader().getSrcAddr());
                    destination = address(ip.getHeader().getDstAddr());
                } else if (layer instanceof TcpPacket tcp && source != null && destination != null) {
                    return new Segment(
                            Frames.TIME,
                            source,
                            tcp.getHeader().getSrcPort().valueAsInt(),
                            destination,
                            tcp.getHeader().getDstPort().valueAsInt(),
                            flags(tcp.getHeader()));
                } else if (source != null && !layer.getClass().getSimpleName().startsWith("IpV6Ext")) {
                    return null;
                }
            }
            return null;
        }

        /** The segment, if it isn't one that goes back and forth within a connection. */
        @Nullable
        Segment wanted() {
            boolean within =
                    segment != null && (segment.flags() & (Segment.SYN | Segment.RST | Segment.ACK)) == Segment.ACK;
            return within ? null : segment;
        }

        private static int flags(TcpPacket.TcpHeader header) {
            int flags = header.getRawData()[13] & 0xff;
            return header.getDataOffsetAsInt() > 6 ? flags | Segment.OPTIONS : flags;
        }

        private static IpAddress address(InetAddress address) {
            return IpAddress.of(address);
        }

        /** Which rule of ours explains that we find something else. */
        Optional<String> rule(byte[] frame, @Nullable Segment ours) {
            int tags = 0;
            int at = 0;
            int end = frame.length;
            for (Packet layer : layers) {
                if (layer instanceof Dot1qVlanTagPacket && ++tags > 3) {
                    return Optional.of("at most three tags");
                }
                if (layer instanceof IpV4Packet ip) {
                    if (ip.getHeader().getVersion().value() != 4) {
                        return Optional.of("the version must be right");
                    }
                    if (ip.getHeader().getMoreFragmentFlag() && ours != null) {
                        return Optional.of("the first fragment counts");
                    }
                    int total = ip.getHeader().getTotalLengthAsInt();
                    end = total == 0 ? end : Math.min(end, at + total);
                }
                if (layer instanceof IpV6Packet ip) {
                    if (ip.getHeader().getVersion().value() != 6) {
                        return Optional.of("the version must be right");
                    }
                    int payload = ip.getHeader().getPayloadLengthAsInt();
                    end = payload == 0 ? end : Math.min(end, at + 40 + payload);
                }
                if (layer instanceof IpV6ExtUnknownPacket) {
                    return Optional.of("what is no extension header isn't taken for one");
                }
                if (isOtherTag(layer)) {
                    return Optional.of("the other types of tags");
                }
                if (isOptions(layer) && layer.getHeader().length() != (frame[at + 1] & 0xff) * 8 + 8) {
                    return Optional.of("an extension header is as long as it says, whatever its options");
                }
                if (!isWalked(layer)) {
                    break;
                }
                at += layer.getHeader().length();
            }
            if (ours != null && segment == null && at + 14 <= end) {
                int headerLength = (frame[at + 12] >> 4 & 15) * 4;
                if (at + headerLength > end) {
                    return Optional.of("the flags are enough of a TCP header");
                }
            }
            return Optional.empty();
        }

        private static boolean isOtherTag(Packet layer) {
            int type = 0;
            if (layer instanceof EthernetPacket ethernet) {
                type = ethernet.getHeader().getType().value() & 0xffff;
            } else if (layer instanceof Dot1qVlanTagPacket tag) {
                type = tag.getHeader().getType().value() & 0xffff;
            }
            return type == 0x88a8 || type == 0x9100;
        }

        private static boolean isOptions(Packet layer) {
            return layer instanceof IpV6ExtHopByHopOptionsPacket || layer instanceof IpV6ExtDestinationOptionsPacket;
        }

        private static boolean isWalked(Packet layer) {
            return layer instanceof EthernetPacket
                    || layer instanceof Dot1qVlanTagPacket
                    || layer instanceof IpV4Packet
                    || layer instanceof IpV6Packet
                    || layer.getClass().getSimpleName().startsWith("IpV6Ext");
        }

        @Override
        public String toString() {
            return segment + " in "
                    + layers.stream()
                            .map(layer -> layer.getClass().getSimpleName())
                            .toList();
        }
    }
}
