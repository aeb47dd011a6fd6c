package io.tcptracker.capture;

import io.tcptracker.core.IpAddress;
import io.tcptracker.core.PacketSource.CaptureException;
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
    private static final String ALL = "any";

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
                    .filter(found ->
                            found.getName().equals(ALL) || Files.exists(Path.of("/sys/class/net", found.getName())))
                    .map(Device::of)
                    .toList();
        } catch (PcapNativeException e) {
            throw new CaptureException(
                    CaptureException.Kind.UNAVAILABLE, "can't list the devices: " + String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
            throw Pcap.missingLibrary(e);
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
}
