package io.tcptracker.firewall;

import io.tcptracker.core.Firewall.FirewallException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the firewall has to know of the machine. Immutable.
 *
 * @param runner finds and runs the tools
 * @param hasIpv6 whether the kernel has IPv6, as far as can be told without the tools
 * @param lockFile what to lock for this network namespace
 */
record Host(Runner runner, boolean hasIpv6, Path lockFile) {
    static Host local() throws FirewallException {
        return new Host(
                Runner.ofHost(), Files.exists(Path.of("/proc/net/if_inet6")), NamespaceLock.file(System.getenv()));
    }
}
