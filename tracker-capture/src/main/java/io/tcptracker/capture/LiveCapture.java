package io.tcptracker.capture;

import io.tcptracker.capture.live.CaptureErrors;
import io.tcptracker.capture.live.DropCounter;
import io.tcptracker.capture.live.OpenDevice;
import io.tcptracker.capture.live.RingDevice;
import io.tcptracker.core.net.PacketSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live source of connection attempts on a network device, the answers to them, and probes that begin no connection. A
 * filter in the kernel keeps out the segments within connections. Packets come by one of two {@linkplain Engine engines}.
 *
 * <p>A device that disappears is awaited and opened again. Meanwhile {@link #blindness} says so.
 */
public final class LiveCapture implements PacketSource {
    private static final Logger log = LoggerFactory.getLogger(LiveCapture.class);

    private static final long FIRST_RETRY = Duration.ofMillis(250).toMillis();
    private static final long LAST_RETRY = Duration.ofSeconds(10).toMillis();

    private final String device;
    private final DeviceOpener opener;
    private final LiveDecoder decoder = new LiveDecoder();
    private final DropCounter drops = new DropCounter();
    private final CountDownLatch closed = new CountDownLatch(1);

    // The thread that runs replaces and closes it. Other threads only read its statistics and end its loop.
    private volatile OpenDevice open;
    private volatile @Nullable String away;
    private boolean running;

    private LiveCapture(String device, DeviceOpener opener) throws CaptureException {
        this.device = device;
        this.opener = opener;
        open = opener.open();
    }

    /**
     * Opens a device. From here on packets are kept for {@link #run}. Where no ring is possible but libpcap can capture,
     * libpcap is used, as the log and {@link #description} say.
     *
     * @param device a name such as {@code eth0}, or {@code any} for all
     * @param extraFilter an expression in libpcap's filter language that a segment must match too, also an answer to an
     *     attempt
     * @param bufferBytes the memory of the kernel in which packets may wait
     * @throws CaptureException if the device can't be opened
     */
    public static LiveCapture open(String device, Optional<String> extraFilter, Engine engine, int bufferBytes)
            throws CaptureException {
        Optional<String> extra = extraFilter.filter(expression -> !expression.isBlank());
        return new LiveCapture(device, new DeviceOpener(device, extra, engine, bufferBytes));
    }

    /** Returns the engine in use. It is libpcap where no ring is possible. */
    public Engine engine() {
        return open instanceof RingDevice ? Engine.RING : Engine.PCAP;
    }

    /** Describes the way in which packets come: {@code ring of 32 MiB}, or {@code libpcap} and why no ring is used. */
    public String description() {
        return open.description();
    }

    /**
     * Returns the time of the last poll for packets, by {@link System#nanoTime}. It is less than a second ago unless the
     * thread hangs. Empty with libpcap, which doesn't return from a silent link. May be called from any thread.
     */
    public Optional<Long> lastPoll() {
        return open.lastPoll();
    }

    /** Returns the time of the last packet by the kernel's clock; empty before the first. May be called from any thread. */
    public Optional<Instant> lastPacket() {
        return decoder.lastPacket();
    }

    @Override
    public void run(Sink sink) throws IOException {
        synchronized (this) {
            if (isClosed()) {
                return;
            }
            if (running) {
                throw new IllegalStateException("a capture runs once");
            }
            running = true;
        }
        try {
            while (!isClosed()) {
                String reason = read(sink);
                if (!isClosed()) {
                    reopen(reason);
                }
            }
        } finally {
            drops.read(open);
            open.close();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Reads until the capture is closed or the device is gone. Returns the reason. */
    private String read(Sink sink) {
        try {
            return open.loop(decoder.into(sink));
        } finally {
            sink.idle(Long.MIN_VALUE); // packets may be left that were not read
        }
    }

    private void reopen(String reason) {
        away = "can't see " + device + ": " + reason;
        log.warn("{}; waiting for it to come back", away);
        drops.read(open);
        open.close();
        long wait = FIRST_RETRY;
        while (true) {
            try {
                if (closed.await(wait, TimeUnit.MILLISECONDS)) {
                    return;
                }
                open = opener.open();
                if (isClosed()) {
                    return;
                }
                away = null;
                log.info("{} is back", device);
                return;
            } catch (CaptureException e) {
                away = "can't see " + device + ": " + e.getMessage();
                wait = Math.min(LAST_RETRY, wait * 2);
            } catch (InterruptedException e) {
                closed.countDown();
                return;
            }
        }
    }

    @Override
    public Statistics statistics() {
        drops.read(open);
        return new Statistics(decoder.received(), drops.byKernel(), drops.byInterface(), decoder.undecodable());
    }

    @Override
    public Optional<String> blindness() {
        String reason = away;
        if (reason != null) {
            return Optional.of(reason);
        }
        // Both engines go on waiting on a device that is down.
        return Device.isDown(device)
                ? Optional.of(String.valueOf(CaptureErrors.down(device).getMessage()))
                : Optional.empty();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed.countDown();
            if (!running) {
                open.close();
                return;
            }
        }
        // Only the thread that reads may close the device.
        open.interrupt();
    }
}
