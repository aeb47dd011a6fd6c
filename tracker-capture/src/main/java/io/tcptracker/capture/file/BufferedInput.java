package io.tcptracker.capture.file;

import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/**
 * The bytes of a capture file, read in large pieces. A caller asks for so many bytes to be {@linkplain #demand there} and
 * then picks numbers from them. Of a pipe that has less than a piece, what there is can be had at once.
 *
 * <p>Read, not mapped: mapping is no faster, as each page has to be faulted in, and a file that somebody cuts meanwhile
 * would end the JVM's access to it with an error where a read just comes to the end.
 */
public final class BufferedInput implements Closeable {
    /** The largest piece that can be demanded: room for the largest packet that capture programs write, and its options. */
    public static final int LARGEST = 512 * 1024;

    private final ReadableByteChannel in;
    private final ByteBuffer bytes;
    private final ByteBuffer fields;
    private final ByteBuffer space;
    private int start;
    private int end;
    private long consumed;

    public BufferedInput(ReadableByteChannel in) {
        this(in, ByteBuffer.allocateDirect(LARGEST)); // beside the heap, where the kernel writes to it without a copy
    }

    /** @param buffer of {@link #LARGEST} bytes */
    public BufferedInput(ReadableByteChannel in, ByteBuffer buffer) {
        this.in = in;
        bytes = buffer.duplicate();
        fields = buffer.duplicate();
        space = buffer.duplicate();
    }

    public void bigEndian(boolean bigEndian) {
        fields.order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    /** All that was read and not taken, and more; in big-endian order. */
    ByteBuffer buffer() {
        return bytes;
    }

    /** Where in {@link #buffer} the next byte is. */
    int offset() {
        return start;
    }

    /** What was read and not taken; valid until more is asked for. */
    public ByteBuffer rest() {
        return bytes.slice(start, end - start);
    }

    /** Makes this many bytes available, if the file has them; tells whether it has. */
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

    /** Makes this many bytes available. */
    public void demand(int count, String what) throws IOException {
        if (!has(count)) {
            throw damaged("the file ends in the middle of " + what);
        }
    }

    public void take(int count) {
        start += count;
        consumed += count;
    }

    /** Takes any number of bytes. */
    void skip(long count, String what) throws IOException {
        long left = count;
        while (left > 0) {
            demand(1, what);
            int step = (int) Math.min(left, end - start);
            take(step);
            left -= step;
        }
    }

    /** The 32 bits that begin this many bytes from here; they have been demanded. */
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

    /** Tells of damage at the next byte; in a packed file it is counted unpacked. */
    CaptureException damaged(String what) {
        return new CaptureException(CaptureException.Kind.DAMAGED, "damaged at byte " + consumed + ": " + what);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
