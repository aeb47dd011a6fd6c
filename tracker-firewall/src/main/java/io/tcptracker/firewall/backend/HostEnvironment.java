package io.tcptracker.firewall.backend;

import io.tcptracker.firewall.process.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * The parts of the machine that a firewall depends on. Immutable.
 *
 * @param runner finds and runs the tools
 * @param hasIpv6 whether the kernel has IPv6, as far as can be told without the tools
 * @param lockFile the file to lock for this network namespace
 * @param root the directory that contains {@code /proc}, {@code /sys} and {@code /run}
 * @param clock the wall clock, by which bans end
 */
public record HostEnvironment(Programs runner, boolean hasIpv6, Path lockFile, Path root, Clock clock) {
    /** Creates an environment of this machine. */
    public HostEnvironment(Programs runner, boolean hasIpv6, Path lockFile) {
        this(runner, hasIpv6, lockFile, Path.of("/"), Clock.systemUTC());
    }

    /** Returns this machine, with its own tools. */
    public static HostEnvironment local(Path lockFile) {
        return new HostEnvironment(Programs.ofHost(), Files.exists(Path.of("/proc/net/if_inet6")), lockFile);
    }
}
