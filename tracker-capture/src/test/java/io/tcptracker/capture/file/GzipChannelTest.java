package io.tcptracker.capture.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.capture.decode.Bytes;
import io.tcptracker.capture.decode.Frames;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipChannelTest {
    private static final byte[] TEXT = "the first and the second".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST = Bytes.gzip(Frames.first(TEXT, 9));
    private static final byte[] SECOND = Bytes.gzip(Arrays.copyOfRange(TEXT, 9, TEXT.length));

    @Test
    void unpacksMembersOneAfterTheOther() throws IOException {
        assertArrayEquals(TEXT, unpack(join(FIRST, SECOND)));
        assertArrayEquals(TEXT, unpack(join(FIRST, Bytes.gzip(new byte[0]), SECOND)));
    }

    @Test
    void unpacksMoreThanFitsIntoMemoryAtOnce() throws IOException {
        byte[] noise = new byte[3 * BufferedInput.LARGEST + 17];
        new Random(5).nextBytes(noise);
        assertArrayEquals(noise, unpack(Bytes.gzip(noise)));
        byte[] nothing = new byte[5 * BufferedInput.LARGEST];
        assertArrayEquals(nothing, unpack(Bytes.gzip(nothing)));
    }

    @Test
    void leavesUnpackedDataAlone() throws IOException {
        for (byte[] bytes : new byte[][] {TEXT, {}, {0x1f}, {0x1f, 0x1f}, {(byte) 0x8b, 0x1f}}) {
            assertArrayEquals(bytes, unpack(bytes));
        }
    }

    /** As tapes leave them, and archives that are filled up. */
    @Test
    void takesZerosAtTheEndForPadding() throws IOException {
        assertArrayEquals(TEXT, unpack(join(FIRST, SECOND, new byte[1])));
        assertArrayEquals(TEXT, unpack(join(FIRST, SECOND, new byte[600_000])));
    }

    @Test
    void aMemberCutAnywhereIsDamage() {
        for (int length = 1; length < SECOND.length; length++) {
            CaptureException e = refusal(join(FIRST, Frames.first(SECOND, length)));
            String where = "cut to " + length + ": " + e.getMessage();
            assertEquals(CaptureException.Kind.DAMAGED, e.kind(), where);
            assertTrue(String.valueOf(e.getMessage()).startsWith("damaged at byte "), where);
        }
    }

    @Test
    void aFurtherMemberWithACorruptHeaderIsDamage() {
        for (int at : new int[] {0, 1, 2, 3}) {
            byte[] corrupt = SECOND.clone();
            corrupt[at] ^= (byte) 0xe0;
            assertTrue(
                    String.valueOf(refusal(join(FIRST, corrupt)).getMessage()).contains("gzip header is corrupt"));
        }
        refusal(join(FIRST, "and more".getBytes(StandardCharsets.US_ASCII)));
        refusal(join(FIRST, new byte[4], TEXT));
    }

    @Test
    void dataBeforeCorruptDataIsDelivered() throws IOException {
        Bytes member = new Bytes(ByteOrder.LITTLE_ENDIAN)
                .u16(0x8b1f)
                .u8(8)
                .u8(0)
                .u32(0)
                .u8(0)
                .u8(255);
        member.u8(0).u16(TEXT.length).u16(~TEXT.length).add(TEXT); // a block that is stored as it is
        member.u8(7); // no known kind of block
        byte[] packed = member.done();
        ByteBuffer buffer = ByteBuffer.allocate(BufferedInput.LARGEST);
        try (BufferedInput file = new BufferedInput(Channels.newChannel(new ByteArrayInputStream(packed)), buffer);
                BufferedInput in = GzipChannel.unpacks(file) ? new BufferedInput(new GzipChannel(file)) : file) {
            assertTrue(in.has(TEXT.length));
            assertEquals(ByteBuffer.wrap(TEXT), in.rest());
            CaptureException e = assertThrows(CaptureException.class, () -> in.has(TEXT.length + 1));
            assertEquals("damaged at byte " + packed.length + ": the gzip data is corrupt", e.getMessage());
        }
    }

    @Test
    void aWrongChecksumOrLengthIsDamage() {
        for (int i = 1; i <= 8; i++) {
            byte[] corrupt = FIRST.clone();
            corrupt[corrupt.length - i] ^= 1;
            CaptureException e = refusal(join(corrupt, SECOND));
            assertEquals(
                    "damaged at byte " + (FIRST.length - 8) + ": the gzip data is corrupt",
                    e.getMessage(),
                    "byte -" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x01, 0x02, 0x04, 0x08, 0x10, 0x06, 0x1f})
    void takesEveryKindOfHeader(int flags) throws IOException {
        assertArrayEquals(TEXT, unpack(join(withHeader(FIRST, flags, 0), withHeader(SECOND, flags, 0))));
        for (int length = 1; length < withHeader(SECOND, flags, 0).length; length++) {
            refusal(join(FIRST, Frames.first(withHeader(SECOND, flags, 0), length)));
        }
        if ((flags & 2) != 0) {
            refusal(withHeader(FIRST, flags, 1));
            refusal(withHeader(FIRST, flags, 0x8000));
        }
    }

    private static byte[] withHeader(byte[] member, int flags, int wrong) {
        Bytes header = new Bytes(ByteOrder.LITTLE_ENDIAN);
        header.u16(0x8b1f).u8(8).u8(flags).u32(0).u8(0).u8(255);
        if ((flags & 0x04) != 0) {
            header.u16(300).add(new byte[300]);
        }
        if ((flags & 0x08) != 0) {
            header.add("a name".getBytes(StandardCharsets.US_ASCII)).u8(0);
        }
        if ((flags & 0x10) != 0) {
            header.add("a comment".getBytes(StandardCharsets.US_ASCII)).u8(0);
        }
        if ((flags & 0x02) != 0) {
            CRC32 sum = new CRC32();
            sum.update(header.done());
            header.u16(((int) sum.getValue() & 0xffff) ^ wrong);
        }
        return join(header.done(), Arrays.copyOfRange(member, 10, member.length));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static CaptureException refusal(byte[] packed) {
        return assertThrows(CaptureException.class, () -> unpack(packed), () -> Frames.hex(packed));
    }

    private static byte[] unpack(byte[] packed) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BufferedInput.LARGEST);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (BufferedInput file = new BufferedInput(Channels.newChannel(new ByteArrayInputStream(packed)), buffer);
                BufferedInput in = GzipChannel.unpacks(file) ? new BufferedInput(new GzipChannel(file)) : file) {
            while (in.has(1)) {
                byte[] piece = new byte[in.rest().remaining()];
                in.rest().get(piece);
                all.writeBytes(piece);
                in.take(piece.length);
            }
        }
        return all.toByteArray();
    }
}
