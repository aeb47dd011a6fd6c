package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.Mutations;
import io.tcptracker.capture.file.PcapWriter;
import io.tcptracker.capture.file.PcapngWriter;
import io.tcptracker.capture.file.Reading;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small files of both formats, spoilt in every way: whatever their bytes, the worst is an exception of ours. */
class DamagedFilesTest {
    private static final byte[] FRAME = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));

    @Test
    void theReadersEndInGoodOrder() {
        long seed = 31_337;
        Random random = new Random(seed);
        List<byte[]> originals = List.of(
                pcap(ByteOrder.BIG_ENDIAN, PcapWriter.MICROS),
                pcap(ByteOrder.LITTLE_ENDIAN, PcapWriter.NANOS),
                pcap(ByteOrder.LITTLE_ENDIAN, PcapWriter.MODIFIED),
                pcapng(ByteOrder.BIG_ENDIAN),
                pcapng(ByteOrder.LITTLE_ENDIAN));
        int damaged = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] original = originals.get(i % originals.size());
            byte[] file = Mutations.spoil(original, random);
            if (file.length < 4) {
                continue;
            }
            System.arraycopy(original, 0, file, 0, 4); // the format's magic
            try {
                Reading reading = Reading.of(file);
                damaged += reading.damage().isPresent() ? 1 : 0;
                assertTrue(reading.packets().size() <= 5);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", file " + i + ": " + Frames.hex(file), e);
            }
        }
        assertTrue(damaged > 20_000, "hardly any of the files were damaged: " + damaged);
    }

    private static byte[] pcap(ByteOrder order, int magic) {
        PcapWriter writer = new PcapWriter(order, magic, 1);
        return writer.packet(1, FRAME).packet(2, new byte[3]).packet(3, FRAME).done();
    }

    private static byte[] pcapng(ByteOrder order) {
        return new PcapngWriter(order)
                .section()
                .device(1, 9, 7)
                .device(113, 0x80 | 30, 0)
                .packet(0, 1, FRAME)
                .packet(1, 2, FRAME)
                .simplePacket(3, new byte[3])
                .oldPacket(1, 5, FRAME)
                .done();
    }
}
