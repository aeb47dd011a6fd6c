package io.tcptracker.firewall;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.FirewallWarning.Kind;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.Backend.Traits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The other firewalls of a host, and whether the host forwards traffic. Immutable.
 *
 * @param root the directory that contains {@code /etc}, {@code /proc}, {@code /sys} and {@code /run}
 */
record FirewallWarnings(Path root) {
    private static final List<String> FORWARDING =
            List.of("proc/sys/net/ipv4/ip_forward", "proc/sys/net/ipv6/conf/all/forwarding");
    /** The unit's control group, new and old; the file is for hosts that run firewalld without systemd. */
    private static final List<String> FIREWALLD = List.of(
            "sys/fs/cgroup/system.slice/firewalld.service",
            "sys/fs/cgroup/systemd/system.slice/firewalld.service",
            "run/firewalld.pid");

    private static final List<String> DOCKER = List.of("run/docker.pid", "run/docker.sock");
    private static final List<String> SAVED =
            List.of("etc/iptables/rules.v4", "etc/iptables/rules.v6", "etc/sysconfig/iptables");

    /**
     * Returns each fact of this host.
     *
     * @param dockerChains whether Docker's chains are in this network namespace
     */
    List<FirewallWarning> all(boolean dockerChains) {
        // Docker makes the host forward, so that this is no second fact.
        Optional<FirewallWarning> forwarded = docker(dockerChains).or(this::forwarding);
        return Stream.of(forwarded, firewalld(), nftablesService(), savedRules(), ufw())
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns the facts that limit what the bans of this backend do, or may take them away. */
    List<FirewallWarning> mattersTo(Backend backend) throws FirewallException {
        Traits traits = backend.traits();
        return all(backend.hasDocker()).stream()
                .filter(each -> switch (each.kind()) {
                    case DOCKER, FORWARDING -> !traits.coversForwarded();
                    case FIREWALLD -> traits.flushedByFirewalld();
                    case NFTABLES_SERVICE, SAVED_RULES, UFW -> true;
                })
                .toList();
    }

    private Optional<FirewallWarning> docker(boolean chains) {
        boolean runs = chains || exists(DOCKER) || isRunning("dockerd");
        return warning(runs, Kind.DOCKER, "Docker runs here, and published ports of containers don't pass INPUT");
    }

    private Optional<FirewallWarning> forwarding() {
        boolean forwards =
                FORWARDING.stream().anyMatch(file -> text(file).strip().equals("1"));
        return warning(forwards, Kind.FORWARDING, "this host forwards traffic, which doesn't pass INPUT");
    }

    private Optional<FirewallWarning> firewalld() {
        return warning(
                exists(FIREWALLD) || isRunning("firewalld"),
                Kind.FIREWALLD,
                "firewalld runs here; its start, reload and stop take the chain away, which is back within seconds");
    }

    private Optional<FirewallWarning> nftablesService() {
        boolean enabled = Stream.of("sysinit", "multi-user", "network-pre")
                .anyMatch(target -> exists(List.of("etc/systemd/system/" + target + ".target.wants/nftables.service")));
        boolean flushes =
                text("etc/nftables.conf").lines().anyMatch(line -> line.strip().startsWith("flush ruleset"));
        return warning(
                enabled && flushes,
                Kind.NFTABLES_SERVICE,
                "nftables.service is enabled; its reload flushes all rules, and ours are back within seconds");
    }

    private Optional<FirewallWarning> savedRules() {
        return SAVED.stream()
                .filter(file -> text(file).contains("tcptracker"))
                .map(file -> new FirewallWarning(
                        Kind.SAVED_RULES,
                        "/" + file + " contains rules of a tracker, which may keep all rules from being restored at"
                                + " boot"))
                .findFirst();
    }

    private Optional<FirewallWarning> ufw() {
        boolean enabled =
                text("etc/ufw/ufw.conf").lines().anyMatch(line -> line.strip().matches("(?i)ENABLED=[\"']?yes[\"']?"));
        return warning(enabled, Kind.UFW, "ufw is enabled; it leaves the chain alone");
    }

    private static Optional<FirewallWarning> warning(boolean applies, Kind kind, String text) {
        return applies ? Optional.of(new FirewallWarning(kind, text)) : Optional.empty();
    }

    private boolean exists(List<String> files) {
        return files.stream().anyMatch(file -> Files.exists(root.resolve(file), LinkOption.NOFOLLOW_LINKS));
    }

    /** Returns whether a process of this name can be seen (proc(5)). */
    private boolean isRunning(String name) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(root.resolve("proc"), "[1-9]*")) {
            for (Path process : processes) {
                if (text("proc/" + process.getFileName() + "/comm").strip().equals(name)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Then no process can be seen.
        }
        return false;
    }

    /** Returns the file's content; nothing if the file can't be read. */
    private String text(String file) {
        try {
            Path path = root.resolve(file);
            return Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
