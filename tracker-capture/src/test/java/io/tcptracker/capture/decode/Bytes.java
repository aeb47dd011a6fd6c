package io.tcptracker.capture.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;

/** Bytes written one number after the other, in either order. */
public final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteOrder order;

    public Bytes(ByteOrder order) {
        this.order = order;
    }

    public Bytes u8(int value) {
        out.write(value);
        return this;
    }

    public Bytes u16(int value) {
        return raw(2, value);
    }

    public Bytes u32(long value) {
        return raw(4, value);
    }

    public Bytes u64(long value) {
        return raw(8, value);
    }

    private Bytes raw(int size, long value) {
        for (int i = 0; i < size; i++) {
            int shift = 8 * (order == ByteOrder.BIG_ENDIAN ? size - 1 - i : i);
            out.write((int) (value >>> shift));
        }
        return this;
    }

    public Bytes add(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public Bytes pad(int multiple) {
        while (out.size() % multiple != 0) {
            out.write(0);
        }
        return this;
    }

    public int size() {
        return out.size();
    }

    public byte[] done() {
        return out.toByteArray();
    }

    public static byte[] gzip(byte[]... members) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try {
            for (byte[] member : members) {
                GZIPOutputStream gzip = new GZIPOutputStream(packed);
                gzip.write(Objects.requireNonNull(member));
                gzip.finish();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
