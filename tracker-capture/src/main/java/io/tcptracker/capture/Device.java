package io.tcptracker.capture;

import io.tcptracker.capture.live.CaptureErrors;
import io.tcptracker.capture.live.OpenDevice;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.pcap4j.core.PcapAddress;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.Pcaps;

/**
 * A device that can be captured on. Immutable.
 *
 * @param addresses the addresses of the device, without prefix lengths
 */
public record Device(String name, State state, List<IpAddress> addresses) {
    /** The name of the pseudo-device that stands for all devices. */
    public static final String ALL = OpenDevice.ALL_DEVICES;

    private static final int UP = 1; // IFF_UP, netdevice(7)

    /** The state of a device. */
    public enum State {
        UP,
        /** Up, but the cable or the other end is missing. */
        NO_LINK,
        DOWN;

        /** Returns the state in lower case, as {@code no link}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    public Device {
        addresses = List.copyOf(addresses);
    }

    /**
     * Returns the devices of this network namespace, and {@code any} for all of them together.
     *
     * @throws CaptureException if libpcap can't be loaded or fails
     */
    public static List<Device> all() throws CaptureException {
        try {
            return Pcaps.findAllDevs().stream()
                    // libpcap also lists Bluetooth, USB and the like.
                    .filter(found ->
                            found.getName().equals(ALL) || Files.exists(OpenDevice.SYSFS.resolve(found.getName())))
                    .map(Device::of)
                    .toList();
        } catch (PcapNativeException e) {
            throw new CaptureException(
                    CaptureException.Kind.UNAVAILABLE, "can't list the devices", String.valueOf(e.getMessage()), "");
        } catch (LinkageError e) {
            throw CaptureErrors.missingLibrary(e);
        }
    }

    private static Device of(PcapNetworkInterface found) {
        List<IpAddress> addresses = found.getAddresses().stream()
                .map(PcapAddress::getAddress)
                .map(IpAddress::of)
                .toList();
        State state = !found.isUp() ? State.DOWN : found.isRunning() ? State.UP : State.NO_LINK;
        return new Device(found.getName(), state, addresses);
    }

    /** Returns whether the device exists and is down. NetworkInterface of the JDK knows only devices with an address. */
    static boolean isDown(String name) {
        try {
            String flags = Files.readString(OpenDevice.SYSFS.resolve(name).resolve("flags"));
            return (Integer.decode(flags.strip()) & UP) == 0;
        } catch (IOException | NumberFormatException e) {
            return false; // gone, or "any"
        }
    }
}
