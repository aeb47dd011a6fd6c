package io.tcptracker.capture.live;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.SegmentFilter;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A filter that libpcap compiled, to be attached to a socket. Its instructions lie outside the heap until it is closed.
 *
 * <p>Not threadsafe.
 */
final class KernelFilter implements AutoCloseable {
    /**
     * The keywords that libpcap compiles to loads of kernel metadata: VLAN tag, direction and interface index. They work only
     * on a handle of libpcap. The kernel takes VLAN tags out of the bytes.
     */
    private static final Pattern METADATA = Pattern.compile("\\b(vlan|inbound|outbound|ifindex)\\b");

    private static final int NETMASK_UNKNOWN = -1; // as in pcap.h
    private static final int PROGRAM_BYTES = 16; // struct bpf_program, with 64-bit pointers
    private static final int POINTER_AT = 8;

    private final Memory program;

    private KernelFilter(Memory program) {
        this.program = program;
    }

    /**
     * Compiles the {@linkplain SegmentFilter filter} for a link type.
     *
     * @param snaplen the most bytes of a packet that are captured
     */
    static KernelFilter compile(LinkType link, Optional<String> extraFilter, int snaplen)
            throws CaptureException, RingUnavailableException {
        if (extraFilter.filter(text -> METADATA.matcher(text).find()).isPresent()) {
            throw new RingUnavailableException(
                    "the filter asks for the VLAN, direction or interface, which the bytes of a packet don't hold");
        }
        Pointer handle;
        try {
            handle = Libpcap.pcap_open_dead(link == LinkType.ETHERNET ? 1 : 12, snaplen);
        } catch (LinkageError e) {
            throw CaptureErrors.missingLibrary(e);
        }
        if (handle == null) {
            throw new RingUnavailableException("no memory for the filter");
        }
        try {
            if (extraFilter.isPresent()) {
                // Compiled alone first, so that parentheses in it can't change the meaning of the whole filter.
                compile(handle, extraFilter.get(), extraFilter).close();
            }
            return compile(handle, SegmentFilter.of(link, extraFilter), extraFilter);
        } finally {
            Libpcap.pcap_close(handle);
        }
    }

    private static KernelFilter compile(Pointer handle, String text, Optional<String> extraFilter)
            throws CaptureException {
        Memory program = new Memory(PROGRAM_BYTES);
        if (Libpcap.pcap_compile(handle, program, text, 1, NETMASK_UNKNOWN) != 0) {
            program.close();
            throw CaptureErrors.badFilter(extraFilter, Libpcap.pcap_geterr(handle));
        }
        return new KernelFilter(program);
    }

    /** Returns a {@code struct sock_fprog} (linux/filter.h), valid until this filter is closed. */
    byte[] toSocketOption() {
        return ByteBuffer.allocate(PROGRAM_BYTES)
                .order(ByteOrder.nativeOrder())
                .putShort(0, (short) program.getInt(0))
                .putLong(POINTER_AT, program.getLong(POINTER_AT))
                .array();
    }

    int instructions() {
        return program.getInt(0);
    }

    @Override
    public void close() {
        Libpcap.pcap_freecode(program);
        program.close();
    }

    /** The functions of libpcap, as in pcap(3PCAP). */
    private static final class Libpcap {
        static {
            // The same library that pcap4j loads, by the setting of pcap4j.
            Native.register(Libpcap.class, System.getProperty("org.pcap4j.core.pcapLibName", "pcap"));
        }

        private Libpcap() {}

        static native @Nullable Pointer pcap_open_dead(int linkType, int snaplen);

        static native int pcap_compile(Pointer handle, Memory program, String text, int optimize, int netmask);

        static native String pcap_geterr(Pointer handle);

        static native void pcap_freecode(Memory program);

        static native void pcap_close(Pointer handle);
    }
}
