package io.tcptracker.firewall;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What else is on this host that matters to a firewall.
 *
 * @param root where {@code /proc}, {@code /sys} and {@code /run} are
 */
record HostWarnings(Path root) {
    private static final List<String> FORWARDING =
            List.of("proc/sys/net/ipv4/ip_forward", "proc/sys/net/ipv6/conf/all/forwarding");
    /** The unit's control group, new and old; the file is of those that run it without systemd. */
    private static final List<String> FIREWALLD = List.of(
            "sys/fs/cgroup/system.slice/firewalld.service",
            "sys/fs/cgroup/systemd/system.slice/firewalld.service",
            "run/firewalld.pid");

    Optional<String> forwarding(boolean docker) {
        if (docker) {
            return Optional.of("Docker runs here, and published ports of containers are open to banned sources: use"
                    + " --protect all");
        }
        boolean forwards = FORWARDING.stream().anyMatch(file -> isOne(root.resolve(file)));
        return forwards
                ? Optional.of("this host forwards traffic, and what is behind it is open to banned sources: use"
                        + " --protect all")
                : Optional.empty();
    }

    Optional<String> firewalld() {
        return FIREWALLD.stream().anyMatch(file -> Files.exists(root.resolve(file)))
                ? Optional.of("firewalld runs here, each reload of which takes our rules away: they are back within"
                        + " seconds")
                : Optional.empty();
    }

    private static boolean isOne(Path file) {
        try {
            return Files.readString(file).strip().equals("1");
        } catch (IOException e) {
            // No such address family.
            return false;
        }
    }
}
