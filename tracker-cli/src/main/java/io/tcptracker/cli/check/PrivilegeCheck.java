package io.tcptracker.cli.check;

import io.tcptracker.cli.check.CheckResult.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this process may do, by its capabilities (capabilities(7)), whoever it runs as: root may lack them. */
final class PrivilegeCheck {
    /** The capabilities we need, with their bits. */
    private enum Capability {
        NET_RAW(13, "nothing can be captured"),
        NET_ADMIN(12, "nobody can be blocked; 'run --dry-run' does without it");

        private final long mask;
        private final String without;

        Capability(int bit, String without) {
            mask = 1L << bit;
            this.without = without;
        }
    }

    private static final String HAND_OVER = "setpriv --reuid nobody --regid nogroup --clear-groups"
            + " --inh-caps=-all,+net_admin,+net_raw --ambient-caps=-all,+net_admin,+net_raw tcptracker ..., or"
            + " AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW in a systemd unit";

    private final String status;

    private PrivilegeCheck(String status) {
        this.status = status;
    }

    /** Everything is read below {@code root}, which is {@code /} but for tests. */
    static List<CheckResult> findings(Path root) {
        try {
            return new PrivilegeCheck(Files.readString(root.resolve("proc/self/status"), StandardCharsets.ISO_8859_1))
                    .findings();
        } catch (IOException e) {
            return List.of(new CheckResult(
                    "privileges", State.UNAVAILABLE, "/proc/self/status can't be read", "mount -t proc proc /proc"));
        }
    }

    private List<CheckResult> findings() {
        List<CheckResult> findings = new ArrayList<>();
        for (Capability capability : Capability.values()) {
            findings.add(finding(capability));
        }
        boolean lacking = findings.stream().anyMatch(finding -> finding.state() == State.NOT_PERMITTED);
        boolean noNewPrivileges = number("NoNewPrivs", 10) == 1;
        if (noNewPrivileges && lacking) {
            findings.add(CheckResult.warn(
                    "no_new_privs",
                    "set, so neither sudo nor a file's capabilities can add to what this process has",
                    "start it where that is not set yet: without setpriv --no-new-privs, NoNewPrivileges=yes in the"
                            + " unit, or docker's --security-opt no-new-privileges (or with --user 0 besides)"));
        } else {
            findings.add(CheckResult.ok(
                    "no_new_privs",
                    noNewPrivileges ? "set; what this process has, the programs it starts have too" : "not set"));
        }
        return findings;
    }

    private CheckResult finding(Capability capability) {
        String name = "CAP_" + capability;
        if ((number("CapEff", 16) & capability.mask) == 0) {
            return new CheckResult(
                    name,
                    State.NOT_PERMITTED,
                    "missing, so " + capability.without,
                    "run it as root, or as root hand it over: " + HAND_OVER + ", or docker run --cap-add "
                            + capability);
        }
        boolean handedOn = number("Uid", 10) == 0 || (number("CapAmb", 16) & capability.mask) != 0;
        return handedOn
                ? CheckResult.ok(name, "effective")
                : CheckResult.warn(
                        name,
                        "effective but not ambient, so iptables and other programs that the tracker starts lack it",
                        "instead of setcap use " + HAND_OVER);
    }

    /** The first number behind this name, or the second of the ids of users, which is the effective one. */
    private long number(String name, int radix) {
        String skipped = name.equals("Uid") ? "[0-9]+\\s+" : "";
        Matcher row = Pattern.compile("(?m)^" + name + ":\\s*" + skipped + "([0-9a-fA-F]{1,16})\\b")
                .matcher(status);
        return row.find() ? Long.parseUnsignedLong(row.group(1), radix) : 0;
    }
}
