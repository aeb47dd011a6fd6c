package io.tcptracker.capture.live;

import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.core.net.PacketSource.CaptureException.Kind;
import java.util.Optional;

/** Why a device can't be captured, in the same words whichever engine found out. */
public final class CaptureErrors {
    private CaptureErrors() {}

    static CaptureException notPermitted(String device) {
        return new CaptureException(
                Kind.NOT_PERMITTED,
                "not permitted to capture on " + device + ": run as root, or with the capability CAP_NET_RAW");
    }

    static CaptureException noDevice(String device) {
        return new CaptureException(
                Kind.UNAVAILABLE, "there is no device " + device + "; 'tcptracker devices' lists those there are");
    }

    static CaptureException down(String device) {
        return new CaptureException(Kind.UNAVAILABLE, whyDown(device));
    }

    public static String whyDown(String device) {
        return device + " is down; bring it up with: ip link set " + device + " up";
    }

    static CaptureException badFilter(Optional<String> extraFilter, String message) {
        return new CaptureException(
                Kind.BAD_FILTER,
                "the filter '" + extraFilter.orElse("") + "' is wrong: " + message + "; see pcap-filter(7)");
    }

    public static CaptureException missingLibrary(LinkageError error) {
        String message = error + " " + error.getCause();
        return new CaptureException(
                Kind.UNAVAILABLE,
                message.contains("jnidispatch")
                        ? "can't unpack a native library: name a directory that is writable and not mounted noexec in"
                                + " JAVA_OPTS, like -Djna.tmpdir=/var/tmp"
                        : "libpcap can't be loaded; install it with: apt install libpcap0.8, or: dnf install libpcap");
    }
}
