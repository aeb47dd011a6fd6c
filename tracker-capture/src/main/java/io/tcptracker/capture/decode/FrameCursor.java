package io.tcptracker.capture.decode;

import io.tcptracker.core.net.Segment;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the frame that is being decoded, in network order, and the counts of frames that made no sense. It is reused
 * for each frame, so that decoding makes no garbage.
 *
 * <p>Not threadsafe, but {@link #undecodable} may be called from any thread.
 */
final class FrameCursor {
    private final Map<DecodeFailure, LongAdder> undecodable = new EnumMap<>(DecodeFailure.class);

    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int end;
    private long time;

    FrameCursor() {
        for (DecodeFailure reason : DecodeFailure.values()) {
            undecodable.put(reason, new LongAdder());
        }
    }

    /** @param bytes in big-endian order; offsets count from the beginning of the buffer, not from its position */
    void set(long time, ByteBuffer bytes, int offset, int length) {
        this.time = time;
        this.bytes = bytes;
        end = offset + length;
    }

    /** Returns the capture time in nanoseconds since 1970. */
    long time() {
        return time;
    }

    /** Returns whether this many bytes from {@code at} on were captured. */
    boolean has(int at, int count) {
        return at + count <= end;
    }

    @Nullable
    Segment reject(DecodeFailure reason) {
        Objects.requireNonNull(undecodable.get(reason)).increment();
        return null;
    }

    Map<String, Long> undecodable() {
        Map<String, Long> counts = new TreeMap<>();
        undecodable.forEach((reason, count) -> counts.put(reason.label(), count.sum()));
        return counts;
    }

    int u8(int at) {
        return bytes.get(at) & 0xff;
    }

    int u16(int at) {
        return bytes.getShort(at) & 0xffff;
    }

    int s32(int at) {
        return bytes.getInt(at);
    }

    long s64(int at) {
        return bytes.getLong(at);
    }
}
