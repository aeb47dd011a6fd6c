package io.tcptracker.cli.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who else has to do with the firewall of this host, and what that means for the tracker. */
final class CoexistenceCheck {
    private static final String BACK =
            "nothing: the tracker puts its rules back; what scans meanwhile gets through for some seconds";

    private final Path root;
    private final Processes processes;

    private CoexistenceCheck(Path root, Processes processes) {
        this.root = root;
        this.processes = processes;
    }

    /** Everything is read below {@code root}, which is {@code /} but for tests. */
    static List<CheckResult> findings(Path root, Processes processes) {
        CoexistenceCheck others = new CoexistenceCheck(root, processes);
        List<CheckResult> findings = new ArrayList<>();
        Stream.of(others.firewalld(), others.ufw(), others.docker(), others.nftables(), others.saved())
                .flatMap(Optional::stream)
                .forEach(findings::add);
        if (findings.isEmpty()) {
            findings.add(CheckResult.ok("others", "no firewalld, ufw, Docker or nftables service that can be seen"));
        }
        findings.add(others.forwarding());
        return findings;
    }

    private Optional<CheckResult> firewalld() {
        boolean runs = processes.isRunning("firewalld") || exists("run/firewalld.pid");
        return found(runs, CheckResult.warn("firewalld", "runs; its start, reload and stop take the chain away", BACK));
    }

    private Optional<CheckResult> ufw() {
        boolean enabled =
                text("etc/ufw/ufw.conf").lines().anyMatch(line -> line.strip().matches("(?i)ENABLED=[\"']?yes[\"']?"));
        return found(enabled, CheckResult.ok("ufw", "enabled; it leaves the chain alone"));
    }

    private Optional<CheckResult> docker() {
        boolean runs = processes.isRunning("dockerd") || exists("run/docker.pid") || exists("run/docker.sock");
        return found(
                runs,
                CheckResult.warn(
                        "docker",
                        "runs; traffic to published ports of containers doesn't pass INPUT",
                        "don't count on bans there: they keep scanners from this host itself"));
    }

    private Optional<CheckResult> nftables() {
        boolean enabled = Stream.of("sysinit", "multi-user", "network-pre")
                .anyMatch(target -> exists("etc/systemd/system/" + target + ".target.wants/nftables.service"));
        boolean flushes =
                text("etc/nftables.conf").lines().anyMatch(line -> line.strip().startsWith("flush ruleset"));
        return found(
                enabled && flushes,
                CheckResult.warn("nftables", "nftables.service is enabled; its reload flushes all rules", BACK));
    }

    private Optional<CheckResult> saved() {
        for (String file : List.of("etc/iptables/rules.v4", "etc/iptables/rules.v6", "etc/sysconfig/iptables")) {
            if (text(file).contains("tcptracker")) {
                return Optional.of(CheckResult.warn(
                        "saved",
                        "/" + file
                                + " holds rules of the tracker, which may keep all of it from being restored at boot",
                        "delete the lines with 'tcptracker' from it, and save rules only while no tracker runs"));
            }
        }
        return Optional.empty();
    }

    private CheckResult forwarding() {
        boolean forwards = Stream.of("ipv4/ip_forward", "ipv6/conf/all/forwarding")
                .anyMatch(setting -> text("proc/sys/net/" + setting).strip().equals("1"));
        return forwards
                ? CheckResult.warn(
                        "forwarding",
                        "this host forwards traffic, which doesn't pass INPUT",
                        "don't count on bans for what is behind it: they keep scanners from this host itself")
                : CheckResult.ok("forwarding", "this host forwards no traffic");
    }

    private static Optional<CheckResult> found(boolean it, CheckResult finding) {
        return it ? Optional.of(finding) : Optional.empty();
    }

    private boolean exists(String file) {
        return Files.exists(root.resolve(file), LinkOption.NOFOLLOW_LINKS);
    }

    /** Nothing, if it can't be read. */
    private String text(String file) {
        try {
            Path path = root.resolve(file);
            return Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
