package io.tcptracker.capture;

import io.tcptracker.core.PacketSource;
import io.tcptracker.core.Segment;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.RawPacketListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connection attempts on a network device, through libpcap and a filter in the kernel.
 *
 * <p>A device that disappears is waited for and opened again; meanwhile {@link #blindness} says so.
 */
public final class LiveCapture implements PacketSource {
    private static final Logger log = LoggerFactory.getLogger(LiveCapture.class);

    private static final long FIRST_RETRY = Duration.ofMillis(250).toMillis();
    private static final long LAST_RETRY = Duration.ofSeconds(10).toMillis();
    private static final long NANOS = 1_000_000_000;

    private final String device;
    private final Optional<String> extraFilter;
    private final SegmentDecoder decoder = new SegmentDecoder();
    private final SteadyTime clock = SteadyTime.ofHost();
    private final LongAdder received = new LongAdder();
    private final Drops drops = new Drops();
    private final CountDownLatch closed = new CountDownLatch(1);

    // The thread that runs replaces it and closes it; others only read statistics from it and break its loop.
    private volatile Pcap pcap;
    private volatile @Nullable String away;
    private boolean running;

    private LiveCapture(String device, Optional<String> extraFilter, Pcap pcap) {
        this.device = device;
        this.extraFilter = extraFilter;
        this.pcap = pcap;
    }

    /**
     * Opens a device, from which on packets are kept for {@link #run}.
     *
     * @param device a name such as {@code eth0}, or {@code any} for all
     * @param extraFilter an expression in libpcap's filter language that an attempt must match too
     * @throws CaptureException if it can't be opened; the message says why and what to do
     */
    public static LiveCapture open(String device, Optional<String> extraFilter) throws CaptureException {
        Optional<String> extra = extraFilter.filter(expression -> !expression.isBlank());
        return new LiveCapture(device, extra, Pcap.open(device, extra));
    }

    @Override
    public void run(Consumer<? super Segment> sink) throws IOException {
        synchronized (this) {
            if (isClosed()) {
                return;
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
            drops.read(pcap.handle());
            pcap.handle().close();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Reads until the capture is closed or the device is gone; tells how it ended. */
    private String read(Consumer<? super Segment> sink) {
        PcapHandle handle = pcap.handle();
        LinkType link = pcap.link();
        Failure failure = new Failure();
        RawPacketListener listener = frame -> {
            // pcap4j logs and forgets what a listener throws.
            try {
                received.increment();
                Segment segment = decoder.decode(link, time(handle.getTimestamp()), frame, 0, frame.length);
                if (segment != null) {
                    sink.accept(segment);
                }
            } catch (RuntimeException | Error e) {
                failure.thrown = e;
                breakLoop(handle);
            }
        };
        try {
            handle.loop(-1, listener);
        } catch (InterruptedException e) {
            // breakLoop() was called; nobody interrupts this thread
        } catch (PcapNativeException e) {
            return String.valueOf(e.getMessage());
        } catch (NotOpenException e) {
            return "the capture handle was closed";
        }
        failure.rethrow();
        return "the capture ended";
    }

    private long time(Timestamp stamp) {
        return clock.of(Math.floorDiv(stamp.getTime(), 1_000L) * NANOS + stamp.getNanos());
    }

    private void reopen(String reason) {
        away = "can't see " + device + ": " + reason;
        log.warn("{}; waiting for it to come back", away);
        drops.read(pcap.handle());
        pcap.handle().close();
        long wait = FIRST_RETRY;
        while (true) {
            try {
                if (closed.await(wait, TimeUnit.MILLISECONDS)) {
                    return;
                }
                pcap = Pcap.open(device, extraFilter);
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
        drops.read(pcap.handle());
        return new Statistics(received.sum(), drops.byKernel(), drops.byInterface(), decoder.undecodable());
    }

    @Override
    public Optional<String> blindness() {
        String reason = away;
        if (reason != null) {
            return Optional.of(reason);
        }
        // libpcap just goes on waiting on a device that is down.
        return Device.isDown(device)
                ? Optional.of(device + " is down; bring it up with: ip link set " + device + " up")
                : Optional.empty();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed.countDown();
            if (!running) {
                pcap.handle().close();
                return;
            }
        }
        // Closing a handle whose loop runs would wait for ever. libpcap remembers this, should the loop not have begun.
        breakLoop(pcap.handle());
    }

    private static void breakLoop(PcapHandle handle) {
        try {
            handle.breakLoop();
        } catch (NotOpenException e) {
            // It has ended by itself.
        }
    }

    /** What the consumer of segments threw, to be thrown on once the native loop is left. */
    private static final class Failure {
        private @Nullable Throwable thrown;

        void rethrow() {
            if (thrown instanceof RuntimeException e) {
                throw e;
            }
            if (thrown instanceof Error e) {
                throw e;
            }
        }
    }
}
