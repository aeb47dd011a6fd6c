package io.tcptracker.capture.file;

import static io.tcptracker.capture.decode.Frames.TIME;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.LinkType;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PcapngReaderTest {
    private static final byte[] FRAME = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));
    private static final byte[] ODD = Frames.hex("0102030405");
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

    static Stream<ByteOrder> orders() {
        return Stream.of(BIG_ENDIAN, LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void readsEveryKindOfPacketBlock(ByteOrder order) {
        byte[] file = new PcapngWriter(order)
                .section()
                .device(1, 9, 0)
                .packet(0, TIME, FRAME)
                .simplePacket(ODD.length, ODD)
                .oldPacket(0, TIME + 1, ODD)
                .packet(0, TIME + 2, new byte[0])
                .done();
        assertEquals(
                whole(
                        packet(LinkType.ETHERNET, TIME, FRAME),
                        packet(LinkType.ETHERNET, TIME, ODD),
                        packet(LinkType.ETHERNET, TIME + 1, ODD),
                        packet(LinkType.ETHERNET, TIME + 2, new byte[0])),
                Reading.of(file));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void interfacesDifferInLinkTypeUnitAndOffset(ByteOrder order) {
        byte[] file = new PcapngWriter(order)
                .section()
                .device(1)
                .device(113, 3, 0)
                .device(101, 9, 1_000_000_000)
                .device(127, 0, 0)
                .device(276, 12, -1)
                .packet(0, 1_234_567, FRAME)
                .packet(1, 1_234, FRAME)
                .packet(2, 1, FRAME)
                .packet(3, 5, FRAME)
                .packet(4, 2_000_000_000_999L, FRAME)
                .done();
        assertEquals(
                whole(
                        packet(LinkType.ETHERNET, 1_234_567_000, FRAME),
                        packet(LinkType.LINUX_COOKED, 1_234_000_000, FRAME),
                        packet(LinkType.RAW, 1_000_000_000_000_000_001L, FRAME),
                        packet(null, 5_000_000_000L, FRAME),
                        packet(LinkType.LINUX_COOKED_2, 1_000_000_000, FRAME)),
                Reading.of(file));
    }

    @Test
    void timesOfEveryUnitAreRightToTheNanosecond() {
        long seed = 99;
        Random random = new Random(seed);
        List<Integer> units = new ArrayList<>();
        for (int i = 0; i <= 18; i++) {
            units.add(i);
        }
        for (int i = 0; i <= 63; i++) {
            units.add(0x80 | i);
        }
        for (int unit : units) {
            for (int i = 0; i < 200; i++) {
                long value = random.nextLong() >>> random.nextInt(64);
                byte[] file = new PcapngWriter(LITTLE_ENDIAN)
                        .section()
                        .device(1, unit, 0)
                        .packet(0, value, FRAME)
                        .done();
                BigInteger exact = nanos(value, unit);
                long time = Reading.of(file).packets().get(0).time();
                // A time centuries ahead is cut, but never wraps.
                if (exact.bitLength() < 62) {
                    assertEquals(exact.longValue(), time, "unit " + unit + ", " + Long.toUnsignedString(value));
                } else {
                    assertTrue(time >= 1L << 61 && time > 0, "unit " + unit + ", " + Long.toUnsignedString(value));
                }
            }
        }
    }

    private static BigInteger nanos(long units, int unit) {
        BigInteger perSecond = (unit & 0x80) == 0 ? BigInteger.TEN.pow(unit) : BigInteger.TWO.pow(unit & 0x7f);
        return new BigInteger(Long.toUnsignedString(units)).multiply(NANOS).divide(perSecond);
    }

    @Test
    void offsetsBeyondAllMeasureDoNotWrap() {
        for (long offset : new long[] {Long.MIN_VALUE, -1L << 40, 1L << 40, Long.MAX_VALUE}) {
            for (long units : new long[] {0, 1, -1, Long.MAX_VALUE}) {
                byte[] file = new PcapngWriter(BIG_ENDIAN)
                        .section()
                        .device(1, 0, offset)
                        .packet(0, units, FRAME)
                        .done();
                long time = Reading.of(file).packets().get(0).time();
                assertTrue(Math.abs(time) <= Long.MAX_VALUE / 2, "offset " + offset + ", units " + units + ": " + time);
            }
        }
    }

    @Test
    void aSectionHasItsOwnOrderAndInterfaces() {
        byte[] file = new PcapngWriter(BIG_ENDIAN)
                .section()
                .device(1, 9, 0)
                .packet(0, TIME, FRAME)
                .then(new PcapngWriter(LITTLE_ENDIAN)
                        .section()
                        .device(113, 9, 0)
                        .packet(0, TIME + 1, ODD))
                .then(new PcapngWriter(BIG_ENDIAN).section().packet(0, TIME, FRAME))
                .done();
        Reading reading = Reading.of(file);
        assertEquals(
                List.of(packet(LinkType.ETHERNET, TIME, FRAME), packet(LinkType.LINUX_COOKED, TIME + 1, ODD)),
                reading.packets());
        assertTrue(
                reading.message().endsWith("a packet of interface 0, which the file doesn't describe"),
                reading.message());
    }

    @ParameterizedTest
    @MethodSource("orders")
    void passesOverBlocksItDoesNotKnow(ByteOrder order) {
        PcapngWriter writer = new PcapngWriter(order);
        byte[] file = writer.section()
                .block(4, writer.body().u32(0)) // names
                .device(1, 9, 0)
                .block(5, writer.body().u32(0).u32(0).u32(0)) // statistics
                .block(0x0bad, writer.body().add(new byte[600_000]))
                .packet(0, TIME, FRAME)
                .block(0x8000_0001, writer.body())
                .done();
        assertEquals(whole(packet(LinkType.ETHERNET, TIME, FRAME)), Reading.of(file));
    }

    /** It says how long the packet was, not how much of it was captured: that is for the interface to tell. */
    @Test
    void aSimplePacketIsCutToTheInterfacesLimit() {
        PcapngWriter writer = new PcapngWriter(LITTLE_ENDIAN).section();
        writer.block(1, writer.body().u16(1).u16(0).u32(5));
        byte[] file = writer.simplePacket(60, Frames.hex("0102030405")).done();
        assertEquals(whole(packet(LinkType.ETHERNET, 0, ODD)), Reading.of(file));
    }

    @Test
    void damageIsTold() {
        damaged("less than its frame", writer -> writer.block(6, writer.body()), 4, 8);
        damaged("no multiple of 4", writer -> writer.packet(0, TIME, FRAME), 4, 61);
        damaged("more than 524288", writer -> writer.block(6, writer.body().add(new byte[524_288])), 0, 6);
        damaged("ends with another", writer -> writer.packet(0, TIME, FRAME), 4, 64);
        damaged("less than 20", writer -> writer.block(6, writer.body().u32(0)), 0, 6);
        damaged("less than 20", writer -> writer.block(2, writer.body().u32(0)), 0, 2);
        damaged("less than 4", writer -> writer.block(3, writer.body()), 0, 3);
        damaged("less than 8", writer -> writer.block(1, writer.body().u32(0)), 0, 1);
        damaged("interface 1,", writer -> writer.packet(1, TIME, FRAME), 0, 6);
        damaged("interface 4294967295,", writer -> writer.packet(-1, TIME, FRAME), 0, 6);
        damaged("a packet of 100 bytes", writer -> writer.packet(0, TIME, FRAME), 20, 100);
        damaged("a packet of 4294967295 bytes", writer -> writer.packet(0, TIME, FRAME), 20, -1);
        damaged("a packet of 300000 bytes", writer -> writer.packet(0, TIME, new byte[300_000]), 0, 6);
        damaged("time unit of 10 to the -19", writer -> writer.device(1, 19, 0), 0, 1);
        damaged("time unit of 2 to the -64", writer -> writer.device(1, 0x80 | 64, 0), 0, 1);
        damaged(
                "an option of 65535 bytes",
                writer -> writer.block(1, writer.body().u32(1).u32(0).u16(9).u16(65_535)),
                0,
                1);
    }

    /** Adds a block and writes a number into it, which is to lead to the message. */
    private static void damaged(String message, UnaryOperator<PcapngWriter> add, int at, int number) {
        PcapngWriter writer =
                new PcapngWriter(BIG_ENDIAN).section().device(1, 9, 0).packet(0, TIME, ODD);
        int start = writer.size();
        byte[] file = add.apply(writer).done();
        byte[] spoilt = Frames.with(file, start + at, number >> 24, number >> 16, number >> 8, number);
        Reading reading = Reading.of(spoilt);
        assertTrue(
                reading.message().startsWith("damaged at byte " + start + ": "),
                () -> message + " was not met: " + reading.message());
        assertTrue(reading.message().contains(message), () -> message + " was not met: " + reading.message());
        assertEquals(List.of(packet(LinkType.ETHERNET, TIME, ODD)), reading.packets(), message);
    }

    @Test
    void aSectionOfNoKnownByteOrderIsDamage() {
        byte[] file = new PcapngWriter(BIG_ENDIAN).section().device(1).done();
        Reading reading = Reading.of(Frames.with(file, 8, 1, 2, 3, 4));
        assertEquals("damaged at byte 0: a section of no known byte order", reading.message());
    }

    /** An interface takes memory as long as its section lasts. */
    @Test
    void theNumberOfInterfacesIsBounded() {
        PcapngWriter writer = new PcapngWriter(LITTLE_ENDIAN).section();
        for (int i = 0; i <= 65_536; i++) {
            writer.device(1);
        }
        assertTrue(Reading.of(writer.done()).message().endsWith("more than 65536 interfaces"));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void cutAnywhereDeliversTheWholePacketsAndSaysWhere(ByteOrder order) {
        PcapngWriter writer = new PcapngWriter(order);
        List<Integer> blocks = new ArrayList<>(List.of(0));
        List<Integer> packets = new ArrayList<>();
        blocks.add(writer.section().size());
        blocks.add(writer.device(1, 9, 0).size());
        blocks.add(writer.packet(0, TIME, FRAME).size());
        packets.add(writer.size());
        blocks.add(writer.block(5, writer.body().u32(0)).size());
        blocks.add(writer.simplePacket(ODD.length, ODD).size());
        packets.add(writer.size());
        blocks.add(writer.oldPacket(0, TIME, ODD).size());
        packets.add(writer.size());
        byte[] file = writer.done();
        for (int length = 4; length <= file.length; length++) {
            int at = length;
            Reading reading = Reading.of(Frames.first(file, length));
            String where = "cut to " + length + " bytes: " + reading.message();
            assertEquals(
                    packets.stream().filter(end -> end <= at).count(),
                    reading.packets().size(),
                    where);
            assertEquals(blocks.contains(length), reading.damage().isEmpty(), where);
            if (!blocks.contains(length)) {
                assertTrue(reading.message().matches("damaged at byte \\d+: the file ends in the middle of .*"), where);
            }
        }
    }

    private static Reading whole(Reading.Packet... packets) {
        return new Reading(List.of(packets), Optional.empty());
    }

    private static Reading.Packet packet(@Nullable LinkType link, long time, byte[] bytes) {
        return new Reading.Packet(link, time, bytes);
    }
}
