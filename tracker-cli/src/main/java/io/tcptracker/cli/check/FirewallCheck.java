package io.tcptracker.cli.check;

import io.tcptracker.firewall.HostFirewall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Whether scanners can be blocked, and with what. */
final class FirewallCheck {
    /** Few users have these on their path. */
    private static final String USUAL_DIRECTORIES = ":/usr/sbin:/sbin:/usr/local/sbin";

    private FirewallCheck() {}

    /** Looks for tools in the directories of {@code path}, which are separated by colons. */
    static List<CheckResult> findings(String path) {
        return List.of(
                firewall(),
                tool("iptables", path, "nothing can be blocked with iptables", "iptables"),
                tool("ip6tables", path, "nothing can be blocked over IPv6 with iptables", "iptables"),
                tool("ipset", path, "with iptables each ban is a rule of its own, and slows down all", "ipset"),
                tool("nft", path, "nothing can be blocked with nftables", "nftables"));
    }

    /** What the firewall would use, as it says itself. Reads it and changes nothing. */
    private static String probe() throws IOException {
        HostFirewall firewall = HostFirewall.attach();
        try {
            return firewall.description();
        } finally {
            firewall.leave();
        }
    }

    private static CheckResult firewall() {
        try {
            return CheckResult.ok("firewall", "can block with " + probe());
        } catch (IOException e) {
            return CheckResult.failed("firewall", e);
        }
    }

    /** The firewall itself tells whether it can do without, so a tool that is lacking is no failure. */
    private static CheckResult tool(String name, String path, String without, String its) {
        return Stream.of((path + USUAL_DIRECTORIES).split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> file.isAbsolute() && Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst()
                .map(file -> CheckResult.ok(
                        name, name.equals("ipset") ? file + ", so bans go into kernel sets" : file.toString()))
                .orElseGet(() -> CheckResult.warn(
                        name,
                        "not installed, or not on the PATH; without it " + without,
                        "apt install " + its + " / dnf install " + its));
    }
}
