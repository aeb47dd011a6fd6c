package io.tcptracker.capture;

import io.tcptracker.core.IpAddress;
import io.tcptracker.core.Segment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the frame being decoded, in network order, and the counts of those that made no sense. Reused from frame to
 * frame, so that decoding makes no garbage.
 *
 * <p>Not threadsafe, but {@link #undecodable} may be called from any thread.
 */
final class Frame {
    private final Map<Undecodable, LongAdder> undecodable = new EnumMap<>(Undecodable.class);

    private byte[] bytes = {};
    private int end;
    private long time;

    Frame() {
        for (Undecodable reason : Undecodable.values()) {
            undecodable.put(reason, new LongAdder());
        }
    }

    void set(long time, byte[] bytes, int offset, int length) {
        this.time = time;
        this.bytes = bytes;
        end = offset + length;
    }

    /** Capture time in nanoseconds since 1970. */
    long time() {
        return time;
    }

    /** Whether this many bytes from {@code at} on were captured. */
    boolean has(int at, int count) {
        return at + count <= end;
    }

    @Nullable
    Segment reject(Undecodable reason) {
        Objects.requireNonNull(undecodable.get(reason)).increment();
        return null;
    }

    Map<String, Long> undecodable() {
        Map<String, Long> counts = new TreeMap<>();
        undecodable.forEach((reason, count) -> counts.put(reason.label(), count.sum()));
        return counts;
    }

    int u8(int at) {
        return bytes[at] & 0xff;
    }

    int u16(int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    private long u64(int at) {
        return (long) u16(at) << 48 | (long) u16(at + 2) << 32 | (long) u16(at + 4) << 16 | u16(at + 6);
    }

    /** An address of 4 or 16 bytes. */
    IpAddress address(int at, int length) {
        return length == 4 ? IpAddress.v4(u16(at) << 16 | u16(at + 2)) : new IpAddress(u64(at), u64(at + 8));
    }
}
