package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.SegmentDecoder;
import io.tcptracker.capture.decode.SegmentFilter;
import io.tcptracker.capture.file.BufferedInput;
import io.tcptracker.capture.file.GzipChannel;
import io.tcptracker.capture.file.PcapWriter;
import io.tcptracker.capture.file.Reading;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.Segment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * What Jazzer tries: as tests the inputs kept in the resources, with {@code make fuzz} any number of its own. Whatever the
 * bytes, the worst is an exception of ours, and nothing depends on how they come or what lies around them.
 */
class CaptureFuzzTest {
    private static final int LONGEST = 1 << 16;
    private static final int MOST_UNPACKED = 1 << 20;
    private static final LinkType[] LINKS = LinkType.values();
    private static final ByteBuffer HEAP = ByteBuffer.allocate(BufferedInput.LARGEST);
    private static final ByteBuffer DIRECT = ByteBuffer.allocateDirect(BufferedInput.LARGEST);
    private static final ByteBuffer AMID = ByteBuffer.allocateDirect(2 * LONGEST);

    @FuzzTest(maxDuration = "1m")
    void pcap(byte[] bytes) {
        if (bytes.length >= 4 && isPcap(ByteBuffer.wrap(bytes).getInt())) {
            read(bytes);
        }
    }

    private static boolean isPcap(int magic) {
        return IntStream.of(PcapWriter.MICROS, PcapWriter.NANOS, PcapWriter.MODIFIED)
                .anyMatch(each -> each == magic || each == Integer.reverseBytes(magic));
    }

    @FuzzTest(maxDuration = "1m")
    void pcapng(byte[] bytes) {
        if (bytes.length >= 4) {
            byte[] section = bytes.clone();
            ByteBuffer.wrap(section).putInt(0x0a0d0d0a);
            read(section);
        }
    }

    /** A reader must make the same of bytes that come at once and one by one. */
    private static void read(byte[] bytes) {
        Reading reading = Reading.of(Channels.newChannel(new ByteArrayInputStream(bytes)), HEAP);
        assertTrue(reading.packets().size() <= bytes.length / 12, "more packets than have room");
        Reading dribbled = Reading.of(oneByOne(bytes), DIRECT);
        assertEquals(reading.packets(), dribbled.packets());
        assertEquals(reading.message(), dribbled.message());
    }

    @FuzzTest(maxDuration = "1m")
    void gzip(byte[] bytes) throws IOException {
        String unpacked = unpack(Channels.newChannel(new ByteArrayInputStream(bytes)));
        assertEquals(unpacked, unpack(oneByOne(bytes)));
        boolean packed = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
        if (packed && unpacked.startsWith("whole ")) {
            byte[] other = new GZIPInputStream(new ByteArrayInputStream(bytes)).readNBytes(MOST_UNPACKED);
            // It ends at padding, where we go on.
            assertTrue(unpacked.startsWith("whole " + Frames.hex(other)), () -> unpacked + " " + Frames.hex(other));
        }
    }

    private static String unpack(ReadableByteChannel packed) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String end = "whole ";
        try (BufferedInput file = new BufferedInput(packed, HEAP);
                BufferedInput in =
                        GzipChannel.unpacks(file) ? new BufferedInput(new GzipChannel(file), DIRECT) : file) {
            while (all.size() < MOST_UNPACKED && in.has(1)) {
                byte[] piece = new byte[in.rest().remaining()];
                in.rest().get(piece);
                all.writeBytes(piece);
                in.take(piece.length);
            }
            if (all.size() >= MOST_UNPACKED) {
                return "too long";
            }
        } catch (CaptureException e) {
            end = e.getMessage() + " ";
        }
        return end + Frames.hex(all.toByteArray());
    }

    /** The first byte is the link type. */
    @FuzzTest(maxDuration = "1m")
    void frame(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > LONGEST) {
            return;
        }
        LinkType link = LINKS[(bytes[0] & 0xff) % LINKS.length];
        int length = bytes.length - 1;
        SegmentDecoder alone = new SegmentDecoder();
        Segment segment = alone.decode(link, 1, ByteBuffer.wrap(bytes), 1, length);

        // Whoever reads on finds SYNs there.
        for (int i = 0; i < length + 100; i++) {
            AMID.put(i, (byte) Frames.SYN);
        }
        AMID.put(50, bytes, 1, length);
        SegmentDecoder amid = new SegmentDecoder();
        assertEquals(segment, amid.decode(link, 1, AMID, 50, length));
        assertEquals(alone.undecodable(), amid.undecodable());
        assertTrue(segment == null || SegmentFilter.wanted(segment.flags()));
        if (segment != null && (segment.flags() & Segment.FRAGMENT) != 0) {
            assertEquals(Segment.FRAGMENT, segment.flags());
            assertEquals(1, alone.undecodable().get("tiny_fragment"));
        }
    }

    private static ReadableByteChannel oneByOne(byte[] bytes) {
        return new ReadableByteChannel() {
            private int at;

            @Override
            public int read(ByteBuffer to) {
                if (at == bytes.length) {
                    return -1;
                }
                to.put(bytes[at++]);
                return 1;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                // There is nothing to close.
            }
        };
    }
}
