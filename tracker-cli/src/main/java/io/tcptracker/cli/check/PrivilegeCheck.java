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

/** The check of this process's capabilities (capabilities(7)), of any user: root may lack them too. */
final class PrivilegeCheck {
    /** The capabilities we need, with their bits. */
    private enum Capability {
        NET_RAW(13, "nothing can be captured"),
        NET_ADMIN(12, "no source can be blocked; 'run --dry-run' works without it");

        private final long mask;
        private final String without;

        Capability(int bit, String without) {
            mask = 1L << bit;
            this.without = without;
        }
    }

    private static final String HAND_OVER = "setpriv --reuid USER --regid GROUP --clear-groups"
            + " --inh-caps=-all,+net_admin,+net_raw --ambient-caps=-all,+net_admin,+net_raw tcptracker ..., or"
            + " AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW in a systemd unit";

    private final String status;

    private PrivilegeCheck(String status) {
        this.status = status;
    }

    /** Checks the process, as {@code proc} below {@code root} shows it: {@code /}, except in tests. */
    static List<CheckResult> results(Path root) {
        try {
            return new PrivilegeCheck(Files.readString(root.resolve("proc/self/status"), StandardCharsets.ISO_8859_1))
                    .results();
        } catch (IOException e) {
            return List.of(new CheckResult(
                    "privileges", State.UNAVAILABLE, "cannot read /proc/self/status", "mount -t proc proc /proc"));
        }
    }

    private List<CheckResult> results() {
        List<CheckResult> results = new ArrayList<>();
        for (Capability capability : Capability.values()) {
            results.add(result(capability));
        }
        boolean lacking = results.stream().anyMatch(result -> result.state() == State.NOT_PERMITTED);
        boolean noNewPrivileges = number("NoNewPrivs", 10) == 1;
        if (noNewPrivileges && lacking) {
            results.add(CheckResult.warn(
                    "no_new_privs",
                    "set, so that neither sudo nor file capabilities can add privileges",
                    "start it without that flag: without setpriv --no-new-privs, NoNewPrivileges=yes in the"
                            + " unit, or docker's --security-opt no-new-privileges (or with --user 0 besides)"));
        } else {
            results.add(CheckResult.ok(
                    "no_new_privs",
                    noNewPrivileges ? "set; the programs that it starts get its privileges" : "not set"));
        }
        return results;
    }

    private CheckResult result(Capability capability) {
        String name = "CAP_" + capability;
        if ((number("CapEff", 16) & capability.mask) == 0) {
            return new CheckResult(
                    name,
                    State.NOT_PERMITTED,
                    "missing, so " + capability.without,
                    "run it as root, or hand it over as root: " + HAND_OVER + ", or docker run --cap-add "
                            + capability);
        }
        boolean handedOn = number("Uid", 10) == 0 || (number("CapAmb", 16) & capability.mask) != 0;
        return handedOn
                ? CheckResult.ok(name, "effective")
                : CheckResult.warn(
                        name,
                        "effective but not ambient, so the programs that the tracker starts lack it",
                        "instead of setcap use " + HAND_OVER);
    }

    /** Returns the first number behind this name; of user ids the second, which is the effective one. */
    private long number(String name, int radix) {
        String skipped = name.equals("Uid") ? "[0-9]+\\s+" : "";
        Matcher row = Pattern.compile("(?m)^" + name + ":\\s*" + skipped + "([0-9a-fA-F]{1,16})\\b")
                .matcher(status);
        return row.find() ? Long.parseUnsignedLong(row.group(1), radix) : 0;
    }
}
