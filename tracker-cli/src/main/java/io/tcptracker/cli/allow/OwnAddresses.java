package io.tcptracker.cli.allow;

import io.tcptracker.cli.console.Terminal;
import io.tcptracker.core.ban.AllowList.Entry;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** The addresses of this host on all its interfaces, and the broadcast addresses of its networks. */
final class OwnAddresses {
    /** Networks with fewer addresses have no broadcast address (RFC 3021). */
    private static final int LONGEST_WITH_BROADCAST = 30;

    private OwnAddresses() {}

    static List<Entry> read() throws SocketException {
        List<Entry> own = new ArrayList<>();
        for (NetworkInterface device : (Iterable<NetworkInterface>) NetworkInterface.networkInterfaces()::iterator) {
            String name = " (" + Terminal.printable(device.getName()) + ")";
            for (InterfaceAddress each : device.getInterfaceAddresses()) {
                IpAddress address = IpAddress.of(each.getAddress());
                own.add(new Entry(Prefix.of(address), "this host" + name));
                InetAddress configured = each.getBroadcast();
                if (configured != null && !configured.isAnyLocalAddress()) {
                    own.add(new Entry(Prefix.of(IpAddress.of(configured)), "broadcast" + name));
                } else if (address.isV4() && each.getNetworkPrefixLength() <= LONGEST_WITH_BROADCAST) {
                    // The kernel treats the last address as broadcast even if none is configured.
                    own.add(new Entry(Prefix.of(last(address, each.getNetworkPrefixLength())), "broadcast" + name));
                }
            }
        }
        return own;
    }

    private static IpAddress last(IpAddress v4, int length) {
        return IpAddress.v4((int) v4.low() | (int) (0xffff_ffffL >>> length));
    }
}
