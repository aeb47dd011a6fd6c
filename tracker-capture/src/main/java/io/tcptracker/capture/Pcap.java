package io.tcptracker.capture;

import io.tcptracker.core.PacketSource.CaptureException;
import io.tcptracker.core.PacketSource.CaptureException.Kind;
import java.util.Locale;
import java.util.Optional;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;

/**
 * An open libpcap handle with our filter set.
 *
 * @param link how its frames begin
 */
record Pcap(PcapHandle handle, LinkType link) {
    /**
     * More than a link carries in one frame, usually: a SYN behind 2 KB of options is still a SYN to its receiver. Where
     * the filter is sure of a SYN, frames are short and this costs nothing.
     */
    private static final int SNAPLEN = 2_048;
    /** Holds some 100,000 SYNs while the reader is held up. */
    private static final int BUFFER_BYTES = 16 * 1024 * 1024;
    /** How long the kernel may keep a lone packet to itself. */
    private static final int READ_TIMEOUT_MILLIS = 5;

    static Pcap open(String device, Optional<String> extraFilter) throws CaptureException {
        PcapHandle handle = activate(device);
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
            handle.setFilter(AttemptFilter.of(link, extraFilter), BpfCompileMode.OPTIMIZE);
            return new Pcap(handle, link);
        } catch (PcapNativeException e) {
            handle.close();
            throw new CaptureException(
                    Kind.BAD_FILTER,
                    "the filter '" + extraFilter.orElse("") + "' is wrong: " + e.getMessage() + "; see pcap-filter(7)");
        } catch (NotOpenException | CaptureException e) {
            handle.close();
            throw e instanceof CaptureException known ? known : new CaptureException(Kind.UNAVAILABLE, e.toString());
        }
    }

    private static PcapHandle activate(String device) throws CaptureException {
        try {
            return new PcapHandle.Builder(device)
                    .snaplen(SNAPLEN)
                    .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
                    .timeoutMillis(READ_TIMEOUT_MILLIS)
                    .bufferSize(BUFFER_BYTES)
                    .timestampPrecision(TimestampPrecision.NANO)
                    .build();
        } catch (PcapNativeException e) {
            throw failure(device, String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            throw missingLibrary(e);
        }
    }

    private static CaptureException failure(String device, String message) {
        String known = message.toLowerCase(Locale.ROOT);
        if (known.contains("permission") || known.contains("not permitted")) {
            return new CaptureException(
                    Kind.NOT_PERMITTED,
                    "not permitted to capture on " + device + ": run as root, or with the capability CAP_NET_RAW");
        }
        if (known.contains("no such device")) {
            return new CaptureException(
                    Kind.UNAVAILABLE, "there is no device " + device + "; 'tcptracker devices' lists those there are");
        }
        if (known.contains("is not up")) {
            return new CaptureException(
                    Kind.UNAVAILABLE, device + " is down; bring it up with: ip link set " + device + " up");
        }
        return new CaptureException(Kind.UNAVAILABLE, "can't capture on " + device + ": " + message.strip());
    }

    static CaptureException missingLibrary(LinkageError error) {
        String message = String.valueOf(error.getMessage());
        return new CaptureException(
                Kind.UNAVAILABLE,
                message.contains("jnidispatch")
                        ? "can't unpack a native library: name a directory that is writable and not mounted noexec in"
                                + " JAVA_OPTS, like -Djna.tmpdir=/var/tmp"
                        : "libpcap can't be loaded; install it with: apt install libpcap0.8, or: dnf install libpcap");
    }
}
