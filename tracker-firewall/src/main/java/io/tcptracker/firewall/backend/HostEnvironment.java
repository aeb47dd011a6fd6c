package io.tcptracker.firewall.backend;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.NamespaceLock;
import io.tcptracker.firewall.process.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What the firewall has to know of the machine. Immutable.
 *
 * @param runner finds and runs the tools
 * @param hasIpv6 whether the kernel has IPv6, as far as can be told without the tools
 * @param lockFile what to lock for this network namespace
 * @param root where {@code /proc}, {@code /sys} and {@code /run} are
 * @param clock what time it is
 */
public record HostEnvironment(Programs runner, boolean hasIpv6, Path lockFile, Path root, Clock clock) {
    public HostEnvironment(Programs runner, boolean hasIpv6, Path lockFile) {
        this(runner, hasIpv6, lockFile, Path.of("/"), Clock.systemUTC());
    }

    public static HostEnvironment local() throws FirewallException {
        return new HostEnvironment(
                Programs.ofHost(), Files.exists(Path.of("/proc/net/if_inet6")), NamespaceLock.file(System.getenv()));
    }
}
