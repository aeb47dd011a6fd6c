package io.tcptracker.capture.file;

import static io.tcptracker.capture.decode.Frames.TIME;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.LinkType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PcapReaderTest {
    private static final byte[] FRAME = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));

    static Stream<Arguments> formats() {
        return Stream.of(BIG_ENDIAN, LITTLE_ENDIAN)
                .flatMap(order -> Stream.of(PcapWriter.MICROS, PcapWriter.NANOS, PcapWriter.MODIFIED)
                        .map(magic -> Arguments.of(order, magic)));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void readsEveryVariant(ByteOrder order, int magic) {
        byte[] odd = Frames.hex("0102030405");
        byte[] file = new PcapWriter(order, magic, 1)
                .packet(TIME, FRAME)
                .packet(TIME + 1_000_000_001, odd)
                .packet(TIME - 5_000_000_000L, new byte[0])
                .done();
        assertEquals(
                new Reading(
                        List.of(
                                packet(time(magic, TIME), FRAME),
                                packet(time(magic, TIME + 1_000_000_001), odd),
                                packet(time(magic, TIME - 5_000_000_000L), new byte[0])),
                        Optional.empty()),
                Reading.of(file));
    }

    /** The upper bits of the field tell of checksums. */
    @ParameterizedTest
    @MethodSource("formats")
    void takesTheLinkTypeFromTheLowerHalfOfItsField(ByteOrder order, int magic) {
        byte[] file = new PcapWriter(order, magic, 0x2400_0000 | 113)
                .packet(TIME, FRAME)
                .done();
        assertEquals(LinkType.LINUX_COOKED, Reading.of(file).packets().get(0).link());
    }

    @Test
    void handsOnPacketsOfUnknownLinkTypes() {
        byte[] file = new PcapWriter(BIG_ENDIAN, PcapWriter.NANOS, 127)
                .packet(TIME, FRAME)
                .done();
        assertEquals(
                List.of(new Reading.Packet(null, TIME, FRAME)), Reading.of(file).packets());
    }

    @Test
    void addsAFractionOfMoreThanASecond() {
        byte[] file = new PcapWriter(BIG_ENDIAN, PcapWriter.NANOS, 1)
                .packet(10, 1_000_000_000, FRAME.length, FRAME)
                .packet(10, 0xffff_ffffL, FRAME.length, FRAME)
                .packet(0xffff_ffffL, 0xffff_ffffL, FRAME.length, FRAME)
                .done();
        assertEquals(
                List.of(11_000_000_000L, 14_294_967_295L, 4_294_967_299_294_967_295L),
                Reading.of(file).packets().stream().map(Reading.Packet::time).toList());
    }

    @ParameterizedTest
    @MethodSource("formats")
    void cutAnywhereDeliversTheWholePacketsAndSaysWhere(ByteOrder order, int magic) {
        PcapWriter writer = new PcapWriter(order, magic, 1);
        int header = writer.size();
        int first = writer.packet(TIME, FRAME).size();
        int second = writer.packet(TIME, Frames.hex("010203")).size();
        int third = writer.packet(TIME, new byte[0]).size();
        List<Integer> ends = List.of(header, first, second, third);
        byte[] file = writer.done();
        for (int length = 4; length <= file.length; length++) {
            int at = length;
            Reading reading = Reading.of(Frames.first(file, length));
            String where = "cut to " + length + " bytes: " + reading.message();
            long whole = ends.stream().skip(1).filter(end -> end <= at).count();
            assertEquals(whole, reading.packets().size(), where);
            assertEquals(ends.contains(length), reading.damage().isEmpty(), where);
            int record = ends.stream()
                    .filter(end -> end <= at)
                    .mapToInt(end -> end)
                    .max()
                    .orElse(0);
            if (!ends.contains(length)) {
                assertTrue(reading.message().startsWith("damaged at byte " + record + ": "), where);
            }
        }
    }

    @Test
    void takesALengthBeyondAllMeasureForDamage() {
        for (long length : new long[] {262_145, 1_409_179_648, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL}) {
            PcapWriter writer = new PcapWriter(LITTLE_ENDIAN, PcapWriter.MICROS, 1).packet(TIME, FRAME);
            int damage = writer.size();
            byte[] file = writer.packet(0, 0, length, FRAME).done();
            Reading reading = Reading.of(file);
            assertEquals(1, reading.packets().size());
            assertEquals(
                    "damaged at byte " + damage + ": a packet of " + length + " bytes, more than 262144",
                    reading.message());
        }
    }

    @Test
    void readsTheLongestPacketAndManyOfThem() {
        byte[] longest = new byte[262_144];
        PcapWriter writer = new PcapWriter(BIG_ENDIAN, PcapWriter.MICROS, 1);
        for (int i = 0; i < 5; i++) {
            longest[0] = (byte) i;
            longest[longest.length - 1] = (byte) i;
            writer.packet(i, longest).packet(i, FRAME);
        }
        Reading reading = Reading.of(writer.done());
        assertEquals("no damage", reading.message());
        for (int i = 0; i < 5; i++) {
            String bytes = reading.packets().get(2 * i).bytes();
            assertEquals(longest.length * 2, bytes.length());
            assertTrue(bytes.startsWith("0" + i) && bytes.endsWith("0" + i), "packet " + i);
        }
    }

    private static long time(int magic, long time) {
        return magic == PcapWriter.NANOS ? time : time / 1_000 * 1_000;
    }

    private static Reading.Packet packet(long time, byte[] bytes) {
        return new Reading.Packet(LinkType.ETHERNET, time, bytes);
    }
}
