package io.tcptracker.capture.live;

import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.PacketSource.CaptureException.Kind;
import java.util.Optional;

/** The failures to capture on a device, worded alike for both engines. */
public final class CaptureErrors {
    private CaptureErrors() {}

    static CaptureException notPermitted(String device) {
        return new CaptureException(
                Kind.NOT_PERMITTED,
                "not permitted to capture on " + device,
                "",
                "run as root, or with the capability CAP_NET_RAW");
    }

    static CaptureException noDevice(String device) {
        return new CaptureException(
                Kind.NO_DEVICE, "there is no device " + device, "", "list the devices of this host: ip link");
    }

    /** Returns the failure of a device that is down. */
    public static CaptureException down(String device) {
        return new CaptureException(
                Kind.UNAVAILABLE, device + " is down", "", "bring it up with 'ip link set " + device + " up'");
    }

    static CaptureException badFilter(Optional<String> extraFilter, String message) {
        return new CaptureException(
                Kind.BAD_FILTER, "the filter '" + extraFilter.orElse("") + "' is wrong", message, "see pcap-filter(7)");
    }

    /** Returns the failure to load libpcap, or the native library that JNA unpacks to call libpcap. */
    public static CaptureException missingLibrary(LinkageError error) {
        String message = error + " " + error.getCause();
        return message.contains("jnidispatch")
                ? new CaptureException(
                        Kind.NO_NATIVE_LIBRARY,
                        "can't unpack a native library",
                        "",
                        "set the system property jna.tmpdir to a directory that is writable and not mounted noexec")
                : new CaptureException(
                        Kind.UNAVAILABLE,
                        "libpcap can't be loaded",
                        "",
                        "apt install libpcap0.8 / dnf install libpcap");
    }
}
