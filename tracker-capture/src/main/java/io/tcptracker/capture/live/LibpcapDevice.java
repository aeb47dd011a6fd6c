package io.tcptracker.capture.live;

import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.SegmentFilter;
import io.tcptracker.capture.file.PacketReader;
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

/** A device captured through libpcap. */
public final class LibpcapDevice implements OpenDevice {
    /**
     * More than a link carries in one frame, usually: a SYN behind 2 KB of options is still a SYN to its receiver. Where
     * the filter is sure of a SYN, frames are short and this costs nothing.
     */
    static final int SNAPLEN = 2_048;
    /** How long the kernel may keep a lone packet to itself. */
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
     * @param why the reason for libpcap, if there is one to give
     */
    public static LibpcapDevice open(String device, Optional<String> extraFilter, int bufferBytes, Optional<String> why)
            throws CaptureException {
        PcapHandle handle = activate(device, bufferBytes);
        try {
            int number = handle.getDlt().value();
            LinkType link = LinkType.of(number)
                    .orElseThrow(() -> new CaptureException(
                            Kind.UNAVAILABLE, device + " has link type " + number + ", which can't be decoded"));
            if (extraFilter.isPresent()) {
                // Alone first, so that parentheses in it can't change the meaning of ours.
                handle.compileFilter(extraFilter.get(), BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN)
                        .free();
            }
            handle.setFilter(SegmentFilter.of(link, extraFilter), BpfCompileMode.OPTIMIZE);
            return new LibpcapDevice(
                    handle, link, "libpcap" + why.map(text -> " (" + text + ")").orElse(""));
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
        return new CaptureException(Kind.UNAVAILABLE, "can't capture on " + device + ": " + message.strip());
    }

    @Override
    public String loop(PacketReader.Packets packets) {
        Failure failure = new Failure();
        RawPacketListener listener = frame -> {
            // pcap4j logs and forgets what a listener throws.
            try {
                packets.packet(link, time(handle.getTimestamp()), ByteBuffer.wrap(frame), 0, frame.length);
                // It doesn't tell whether there are more, nor return from a silent link.
                packets.idle(Long.MIN_VALUE);
            } catch (RuntimeException | Error e) {
                failure.thrown = e;
                interrupt();
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
        return INTERRUPTED;
    }

    private static long time(Timestamp stamp) {
        return Math.floorDiv(stamp.getTime(), 1_000L) * NANOS + stamp.getNanos();
    }

    /** libpcap remembers it, should the loop not have begun. */
    @Override
    public void interrupt() {
        try {
            handle.breakLoop();
        } catch (NotOpenException e) {
            // It has ended by itself.
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

    /** Would wait for ever for a loop that runs. */
    @Override
    public void close() {
        handle.close();
    }

    /** What the consumer of packets threw, to be thrown on once the native loop is left. */
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
