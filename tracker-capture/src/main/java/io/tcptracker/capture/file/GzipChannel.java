package io.tcptracker.capture.file;

import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A channel that unpacks gzip data (RFC 1952), any number of members one after the other.
 *
 * <p>{@link java.util.zip.GZIPInputStream} does not suffice. It takes a later member with a damaged header for the end. It
 * also asks whether more bytes are available, which a pipe does not know while its writer waits.
 *
 * <p>Not threadsafe.
 */
public final class GzipChannel implements ReadableByteChannel {
    private static final int MAGIC = 0x1f8b;
    private static final int DEFLATE = 8;

    private static final int HEADER_CHECKSUM = 0x02;
    private static final int EXTRA = 0x04;
    private static final int NAME = 0x08;
    private static final int COMMENT = 0x10;
    private static final int RESERVED = 0xe0;

    private final BufferedInput packed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private boolean inMember;
    private boolean corrupt;
    private boolean open = true;

    /** @param packed at the beginning of the first member */
    public GzipChannel(BufferedInput packed) {
        this.packed = packed;
    }

    /** Returns whether the input begins like gzip data. */
    public static boolean unpacks(BufferedInput file) throws IOException {
        file.bigEndian(true);
        return file.has(2) && file.u16(0) == MAGIC;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        while (true) {
            // Damage is reported only now, so that the bytes before it are delivered.
            if (corrupt) {
                throw corrupt();
            }
            if (inMember && inflater.finished()) {
                trailer();
            }
            if (!inMember && !nextMember()) {
                return -1;
            }
            int count = inflate(to);
            if (count > 0) {
                return count;
            }
        }
    }

    private int inflate(ByteBuffer to) throws IOException {
        if (inflater.needsInput()) {
            if (!packed.has(1)) {
                throw packed.damaged("the gzip data ends too early");
            }
            inflater.setInput(packed.rest());
        }
        int from = to.position();
        long before = inflater.getBytesRead();
        try {
            inflater.inflate(to);
        } catch (DataFormatException e) {
            corrupt = true;
        }
        packed.take((int) (inflater.getBytesRead() - before));
        checksum.update(to.duplicate().limit(to.position()).position(from));
        return to.position() - from;
    }

    private boolean nextMember() throws IOException {
        // Zeros may fill up the last block, as on a tape.
        while (packed.has(1) && packed.u8(0) == 0) {
            packed.take(1);
        }
        if (!packed.has(1)) {
            return false;
        }
        checksum.reset();
        if (header(2) != MAGIC || header(1) != DEFLATE) {
            throw packed.damaged("the gzip header is corrupt");
        }
        int flags = header(1);
        if ((flags & RESERVED) != 0) {
            throw packed.damaged("the gzip header is corrupt"); // or of a later version of the format
        }
        header(6); // time, level and operating system
        if ((flags & EXTRA) != 0) {
            for (int left = Short.toUnsignedInt(Short.reverseBytes((short) header(2))); left > 0; left--) {
                header(1);
            }
        }
        skipText(flags & NAME);
        skipText(flags & COMMENT);
        if ((flags & HEADER_CHECKSUM) != 0) {
            int sum = (int) checksum.getValue() & 0xffff;
            if (Short.reverseBytes((short) header(2)) != (short) sum) {
                throw packed.damaged("the gzip header is corrupt");
            }
        }
        checksum.reset();
        inflater.reset();
        inMember = true;
        return true;
    }

    private void skipText(int present) throws IOException {
        while (present != 0 && header(1) != 0) {
            // Texts end with a zero.
        }
    }

    /** Consumes bytes of the header, as a number in big-endian order. */
    private int header(int count) throws IOException {
        int number = 0;
        for (int i = 0; i < count; i++) {
            packed.demand(1, "a gzip header");
            int next = packed.u8(0);
            checksum.update(next);
            packed.take(1);
            number = number << 8 | next;
        }
        return number;
    }

    private void trailer() throws IOException {
        if (!packed.has(8)) {
            throw packed.damaged("the gzip data ends too early");
        }
        packed.bigEndian(false);
        if (packed.u32(0) != checksum.getValue() || packed.u32(4) != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw corrupt();
        }
        packed.take(8);
        inMember = false;
    }

    private CaptureException corrupt() {
        return packed.damaged("the gzip data is corrupt");
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() throws IOException {
        open = false;
        inflater.end();
        packed.close();
    }
}
