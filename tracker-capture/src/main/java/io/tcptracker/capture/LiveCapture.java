package io.tcptracker.capture;

import io.tcptracker.capture.live.CaptureErrors;
import io.tcptracker.capture.live.DropCounter;
import io.tcptracker.capture.live.OpenDevice;
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
 * Connection attempts on a network device, what answers them, and probes that begin no connection; through a filter in the
 * kernel, which keeps out all that goes back and forth within connections, and one of two {@linkplain Engine engines}.
 *
 * <p>A device that disappears is waited for and opened again; meanwhile {@link #blindness} says so.
 */
public final class LiveCapture implements PacketSource {
    private static final Logger log = LoggerFactory.getLogger(LiveCapture.class);

    private static final long FIRST_RETRY = Duration.ofMillis(250).toMillis();
    private static final long LAST_RETRY = Duration.ofSeconds(10).toMillis();

    private final String device;
    private final DeviceOpener opener;
    private final LiveDecoder reception = new LiveDecoder();
    private final DropCounter drops = new DropCounter();
    private final CountDownLatch closed = new CountDownLatch(1);

    // The thread that runs replaces it and closes it; others only read statistics from it and break its loop.
    private volatile OpenDevice handle;
    private volatile @Nullable String away;
    private boolean running;

    private LiveCapture(String device, DeviceOpener opener) throws CaptureException {
        this.device = device;
        this.opener = opener;
        handle = opener.open();
    }

    /**
     * Opens a device, from which on packets are kept for {@link #run}. Where a ring can't be had but libpcap can capture,
     * libpcap is taken, which is logged and {@linkplain #description told}.
     *
     * @param device a name such as {@code eth0}, or {@code any} for all
     * @param extraFilter an expression in libpcap's filter language that a segment must match too: what answers an
     *     attempt is seen only if it matches as well
     * @param bufferBytes how much memory of the kernel packets may wait in
     * @throws CaptureException if it can't be opened; the message says why and what to do
     */
    public static LiveCapture open(String device, Optional<String> extraFilter, Engine engine, int bufferBytes)
            throws CaptureException {
        Optional<String> extra = extraFilter.filter(expression -> !expression.isBlank());
        return new LiveCapture(device, new DeviceOpener(device, extra, engine, bufferBytes));
    }

    /** How packets come: {@code ring of 32 MiB}, {@code libpcap}, or that and why it couldn't be a ring. */
    public String description() {
        return handle.description();
    }

    /**
     * When the reader last looked for packets, by {@link System#nanoTime}: less than a second ago unless it is held up.
     * Empty with libpcap, which doesn't return from a silent link. May be called from any thread.
     */
    public Optional<Long> lastLooked() {
        return handle.lastLooked();
    }

    /** When the last packet came, by the kernel's clock; empty if none has come. May be called from any thread. */
    public Optional<Instant> lastPacket() {
        return reception.lastPacket();
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
            drops.read(handle);
            handle.close();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Reads until the capture is closed or the device is gone; tells how it ended. */
    private String read(Sink sink) {
        try {
            return handle.loop(reception.into(sink));
        } finally {
            sink.idle(Long.MIN_VALUE); // there may be packets that weren't read
        }
    }

    private void reopen(String reason) {
        away = "can't see " + device + ": " + reason;
        log.warn("{}; waiting for it to come back", away);
        drops.read(handle);
        handle.close();
        long wait = FIRST_RETRY;
        while (true) {
            try {
                if (closed.await(wait, TimeUnit.MILLISECONDS)) {
                    return;
                }
                handle = opener.open();
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
        drops.read(handle);
        return new Statistics(reception.received(), drops.byKernel(), drops.byInterface(), reception.undecodable());
    }

    @Override
    public Optional<String> blindness() {
        String reason = away;
        if (reason != null) {
            return Optional.of(reason);
        }
        // Both engines just go on waiting on a device that is down.
        return Device.isDown(device) ? Optional.of(CaptureErrors.whyDown(device)) : Optional.empty();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed.countDown();
            if (!running) {
                handle.close();
                return;
            }
        }
        // Only the thread that reads may close what it reads from.
        handle.interrupt();
    }
}
