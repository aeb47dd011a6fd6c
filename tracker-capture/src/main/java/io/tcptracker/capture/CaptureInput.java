package io.tcptracker.capture;

import io.tcptracker.core.PacketSource.CaptureException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.ZipException;

/**
 * The bytes of a capture file, read in large pieces. A caller asks for so many bytes to be {@linkplain #demand there} and
 * then picks numbers from them.
 */
final class CaptureInput implements Closeable {
    /** The largest piece that can be demanded: room for the largest packet that capture programs write, and its options. */
    static final int LARGEST = 512 * 1024;

    private static final VarHandle LITTLE_INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final InputStream in;
    private final byte[] buffer = new byte[LARGEST];
    private final ByteBuffer view = ByteBuffer.wrap(buffer);
    private int start;
    private int end;
    private long consumed;
    private boolean bigEndian;

    CaptureInput(InputStream in) {
        this.in = in;
    }

    void bigEndian(boolean bigEndian) {
        this.bigEndian = bigEndian;
    }

    /** How many bytes were taken so far: where the next is in the file, unpacked. */
    long position() {
        return consumed;
    }

    /** All that was read and not taken, and more; in big-endian order. */
    ByteBuffer buffer() {
        return view;
    }

    /** Where in {@link #buffer} the next byte is. */
    int offset() {
        return start;
    }

    /** Makes this many bytes available, if the file has them; tells whether it has. */
    boolean has(int count) throws IOException {
        if (end - start >= count) {
            return true;
        }
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        while (end < count) {
            int read = read();
            if (read < 0) {
                return false;
            }
            end += read;
        }
        return true;
    }

    private int read() throws IOException {
        try {
            return in.read(buffer, end, buffer.length - end);
        } catch (EOFException e) {
            throw damaged("the gzip data ends too early");
        } catch (ZipException e) {
            throw damaged("the gzip data is corrupt");
        }
    }

    /** Makes this many bytes available. */
    void demand(int count, String what) throws IOException {
        if (!has(count)) {
            throw damaged("the file ends in the middle of " + what);
        }
    }

    void take(int count) {
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
    long u32(int ahead) {
        int bits = (int) LITTLE_INT.get(buffer, start + ahead);
        return Integer.toUnsignedLong(bigEndian ? Integer.reverseBytes(bits) : bits);
    }

    long s64(int ahead) {
        long first = u32(ahead);
        long second = u32(ahead + 4);
        return bigEndian ? first << 32 | second : second << 32 | first;
    }

    int u16(int ahead) {
        int first = buffer[start + ahead] & 0xff;
        int second = buffer[start + ahead + 1] & 0xff;
        return bigEndian ? first << 8 | second : second << 8 | first;
    }

    int u8(int ahead) {
        return buffer[start + ahead] & 0xff;
    }

    CaptureException damaged(String what) {
        return new CaptureException(CaptureException.Kind.DAMAGED, "damaged at byte " + consumed + ": " + what);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
