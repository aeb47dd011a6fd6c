package io.tcptracker.capture.file;

import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/**
 * The bytes of a capture file, read in large pieces. A caller {@linkplain #demand demands} a number of bytes and then reads
 * numbers from them. The bytes that a pipe has are available at once, also if they are less than a piece.
 *
 * <p>The file is read, not mapped. A map is no faster, since each page has to be faulted in. If another program cuts the
 * file, access to a map fails with an error of the JVM, while a read just ends.
 *
 * <p>Not threadsafe.
 */
public final class BufferedInput implements Closeable {
    /** The most bytes that can be demanded: the largest packet that capture programs write, with its options. */
    public static final int LARGEST = 512 * 1024;

    private final ReadableByteChannel in;
    private final ByteBuffer bytes;
    private final ByteBuffer fields;
    private final ByteBuffer space;
    private int start;
    private int end;
    private long consumed;

    /** Reads a channel from its position. */
    public BufferedInput(ReadableByteChannel in) {
        this(
                in,
                ByteBuffer.allocateDirect(LARGEST)); // outside the heap, so that the kernel writes to it without a copy
    }

    /** @param buffer of {@link #LARGEST} bytes */
    public BufferedInput(ReadableByteChannel in, ByteBuffer buffer) {
        this.in = in;
        bytes = buffer.duplicate();
        fields = buffer.duplicate();
        space = buffer.duplicate();
    }

    /** Sets the byte order of the numbers that follow. */
    public void bigEndian(boolean bigEndian) {
        fields.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the buffer, in big-endian order. It holds the bytes that were read and not taken. */
    ByteBuffer buffer() {
        return bytes;
    }

    /** Returns the position of the next byte in {@link #buffer}. */
    int offset() {
        return start;
    }

    /** Returns the bytes that were read and not taken. They are valid until the next read. */
    public ByteBuffer rest() {
        return bytes.slice(start, end - start);
    }

    /** Makes this many bytes available, and returns whether the file has them. */
    public boolean has(int count) throws IOException {
        return end - start >= count || read(count);
    }

    private boolean read(int count) throws IOException {
        space.limit(end).position(start).compact();
        end -= start;
        start = 0;
        while (end < count) {
            if (in.read(space) < 0) {
                return false;
            }
            end = space.position();
        }
        return true;
    }

    /**
     * Makes this many bytes available.
     *
     * @param what the part of the file that they are, for the message
     * @throws CaptureException if the file ends before
     */
    public void demand(int count, String what) throws IOException {
        if (!has(count)) {
            throw damaged("the file ends in the middle of " + what);
        }
    }

    /** Consumes this many bytes, which must be available. */
    public void take(int count) {
        start += count;
        consumed += count;
    }

    /** Consumes any number of bytes. */
    void skip(long count, String what) throws IOException {
        long left = count;
        while (left > 0) {
            demand(1, what);
            int step = (int) Math.min(left, end - start);
            take(step);
            left -= step;
        }
    }

    /** Returns the 32 bits that begin this many bytes from here. They must be available. */
    public long u32(int ahead) {
        return Integer.toUnsignedLong(fields.getInt(start + ahead));
    }

    long s64(int ahead) {
        return fields.getLong(start + ahead);
    }

    int u16(int ahead) {
        return Short.toUnsignedInt(fields.getShort(start + ahead));
    }

    int u8(int ahead) {
        return Byte.toUnsignedInt(fields.get(start + ahead));
    }

    /** Returns the failure for damage at the next byte. In a packed file the position counts unpacked bytes. */
    CaptureException damaged(String what) {
        return new CaptureException(CaptureException.Kind.DAMAGED, "damaged at byte " + consumed + ": " + what);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
