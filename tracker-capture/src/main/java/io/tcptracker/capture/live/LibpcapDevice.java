package io.tcptracker.capture.live;

import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.PacketHandler;
import io.tcptracker.capture.decode.SegmentFilter;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.PacketSource.CaptureException.Kind;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;
import org.pcap4j.core.RawPacketListener;

/** A device that is captured through libpcap. */
public final class LibpcapDevice implements OpenDevice {
    /**
     * The most bytes of a frame that are captured, usually more than a link carries. A SYN behind 2 KB of options is still a
     * SYN to its receiver. Ordinary SYNs are short, so this costs nothing.
     */
    static final int SNAPLEN = 2_048;
    /** The longest time that the kernel may keep a single packet back. */
    private static final int READ_TIMEOUT_MILLIS = 5;

    private static final long NANOS = 1_000_000_000;

    private final PcapHandle handle;
    private final LinkType link;
    private final String description;

    private LibpcapDevice(PcapHandle handle, LinkType link, String description) {
        this.handle = handle;
        this.link = link;
        this.description = description;
    }

    /**
     * Opens a device with libpcap.
     *
     * @param reason the reason why no ring is used, for the description
     */
    public static LibpcapDevice open(
            String device, Optional<String> extraFilter, int bufferBytes, Optional<String> reason)
            throws CaptureException {
        PcapHandle handle = activate(device, bufferBytes);
        try {
            int number = handle.getDlt().value();
            LinkType link = LinkType.of(number)
                    .orElseThrow(() -> new CaptureException(
                            Kind.UNAVAILABLE, "link type " + number + " of " + device + " can't be decoded"));
            if (extraFilter.isPresent()) {
                // Compiled alone first, so that parentheses in it can't change the meaning of the whole filter.
                handle.compileFilter(extraFilter.get(), BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN)
                        .free();
            }
            handle.setFilter(SegmentFilter.of(link, extraFilter), BpfCompileMode.OPTIMIZE);
            return new LibpcapDevice(
                    handle,
                    link,
                    "libpcap" + reason.map(text -> " (" + text + ")").orElse(""));
        } catch (PcapNativeException e) {
            handle.close();
            throw CaptureErrors.badFilter(extraFilter, String.valueOf(e.getMessage()));
        } catch (NotOpenException | CaptureException e) {
            handle.close();
            throw e instanceof CaptureException known ? known : new CaptureException(Kind.UNAVAILABLE, e.toString());
        }
    }

    private static PcapHandle activate(String device, int bufferBytes) throws CaptureException {
        try {
            return new PcapHandle.Builder(device)
                    .snaplen(SNAPLEN)
                    .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
                    .timeoutMillis(READ_TIMEOUT_MILLIS)
                    .bufferSize(bufferBytes)
                    .timestampPrecision(TimestampPrecision.NANO)
                    .build();
        } catch (PcapNativeException e) {
            throw failure(device, String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            throw CaptureErrors.missingLibrary(e);
        }
    }

    private static CaptureException failure(String device, String message) {
        String known = message.toLowerCase(Locale.ROOT);
        if (known.contains("permission") || known.contains("not permitted")) {
            return CaptureErrors.notPermitted(device);
        }
        if (known.contains("no such device")) {
            return CaptureErrors.noDevice(device);
        }
        if (known.contains("is not up")) {
            return CaptureErrors.down(device);
        }
        return new CaptureException(Kind.UNAVAILABLE, "can't capture on " + device, message.strip(), "");
    }

    @Override
    public String loop(PacketHandler handler) {
        Failure failure = new Failure();
        RawPacketListener listener = frame -> {
            // pcap4j logs and forgets what a listener throws.
            try {
                handler.packet(link, time(handle.getTimestamp()), ByteBuffer.wrap(frame), 0, frame.length);
                // libpcap reports neither whether more packets wait nor that a link is silent.
                handler.idle(Long.MIN_VALUE);
            } catch (RuntimeException | Error e) {
                failure.thrown = e;
                interrupt();
            }
        };
        try {
            handle.loop(-1, listener);
        } catch (InterruptedException e) {
            // breakLoop() was called. No interrupt of this thread comes from elsewhere.
        } catch (PcapNativeException e) {
            return String.valueOf(e.getMessage());
        } catch (NotOpenException e) {
            return "the capture handle was closed";
        }
        failure.rethrow();
        return INTERRUPTED;
    }

    private static long time(Timestamp stamp) {
        return Math.floorDiv(stamp.getTime(), 1_000L) * NANOS + stamp.getNanos();
    }

    /** Ends the loop. libpcap keeps the request if the loop has not begun. */
    @Override
    public void interrupt() {
        try {
            handle.breakLoop();
        } catch (NotOpenException e) {
            // The loop has ended by itself.
        }
    }

    @Override
    public Optional<Losses> losses() {
        try {
            PcapStat now = handle.getStats();
            return Optional.of(new Losses(now.getNumPacketsDropped(), now.getNumPacketsDroppedByIf()));
        } catch (PcapNativeException | NotOpenException e) {
            return Optional.empty();
        }
    }

    @Override
    public String description() {
        return description;
    }

    /** Closes the device. It must not be called while the loop runs, since it would wait for ever. */
    @Override
    public void close() {
        handle.close();
    }

    /** The exception of a packet handler, kept until the native loop is left. */
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
