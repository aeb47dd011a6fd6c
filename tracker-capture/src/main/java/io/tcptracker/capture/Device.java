package io.tcptracker.capture;

import io.tcptracker.capture.live.CaptureErrors;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pcap4j.core.PcapAddress;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.Pcaps;

/**
 * A device that can be captured on. Immutable.
 *
 * @param state {@code up}, {@code no link} or {@code down}
 * @param addresses its addresses, without prefix lengths
 */
public record Device(String name, String state, List<IpAddress> addresses) {
    public static final String ALL = "any";
    private static final Path DEVICES = Path.of("/sys/class/net");
    private static final int UP = 1; // IFF_UP, netdevice(7)

    public Device {
        addresses = List.copyOf(addresses);
    }

    /**
     * The devices of this network namespace, and {@code any} for all of them together.
     *
     * @throws CaptureException if libpcap can't be loaded or can't tell
     */
    public static List<Device> all() throws CaptureException {
        try {
            return Pcaps.findAllDevs().stream()
                    // libpcap also lists Bluetooth, USB and the like.
                    .filter(found -> found.getName().equals(ALL) || Files.exists(DEVICES.resolve(found.getName())))
                    .map(Device::of)
                    .toList();
        } catch (PcapNativeException e) {
            throw new CaptureException(
                    CaptureException.Kind.UNAVAILABLE, "can't list the devices: " + String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            throw CaptureErrors.missingLibrary(e);
        }
    }

    private static Device of(PcapNetworkInterface found) {
        List<IpAddress> addresses = found.getAddresses().stream()
                .map(PcapAddress::getAddress)
                .map(IpAddress::of)
                .toList();
        String state = !found.isUp() ? "down" : found.isRunning() ? "up" : "no link";
        return new Device(found.getName(), state, addresses);
    }

    /** Whether the device is there, and down. The JDK's NetworkInterface knows only devices that have an address. */
    static boolean isDown(String name) {
        try {
            String flags = Files.readString(DEVICES.resolve(name).resolve("flags"));
            return (Integer.decode(flags.strip()) & UP) == 0;
        } catch (IOException | NumberFormatException e) {
            return false; // gone, or "any"
        }
    }
}
