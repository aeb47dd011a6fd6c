package io.tcptracker.capture;

import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.PacketHandler;
import io.tcptracker.capture.decode.SegmentDecoder;
import io.tcptracker.capture.live.StepFreeClock;
import io.tcptracker.core.net.PacketSource.Sink;
import io.tcptracker.core.net.Segment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of the packets of a device, with counters, over all times that the device is opened.
 *
 * <p>One thread delivers packets. The other methods may be called from any thread.
 */
final class LiveDecoder {
    private static final long NEVER = Long.MIN_VALUE;

    private final SegmentDecoder decoder = new SegmentDecoder();
    private final StepFreeClock clock = StepFreeClock.ofHost();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong lastPacket = new AtomicLong(NEVER);

    /** Returns a handler that delivers the decoded segments to {@code sink}. */
    PacketHandler into(Sink sink) {
        return new PacketHandler() {
            @Override
            public void packet(@Nullable LinkType link, long time, ByteBuffer bytes, int offset, int length) {
                received.lazySet(received.getPlain() + 1);
                lastPacket.lazySet(time);
                Segment segment = decoder.decode(link, clock.of(time), bytes, offset, length);
                if (segment != null) {
                    sink.accept(segment);
                }
            }

            @Override
            public void idle(long until) {
                sink.idle(until == Long.MIN_VALUE ? until : clock.ofReading(until));
            }
        };
    }

    long received() {
        return received.get();
    }

    /** Returns the time of the last packet by the kernel's clock; empty before the first. */
    Optional<Instant> lastPacket() {
        long time = lastPacket.get();
        return time == NEVER ? Optional.empty() : Optional.of(Instant.EPOCH.plusNanos(time));
    }

    Map<String, Long> undecodable() {
        return decoder.undecodable();
    }
}
