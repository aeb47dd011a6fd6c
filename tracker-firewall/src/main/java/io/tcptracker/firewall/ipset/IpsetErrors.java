package io.tcptracker.firewall.ipset;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorPattern;
import java.util.List;
import java.util.Set;

/** How ipset fails: always with the same exit code, and kept running with none. */
public final class IpsetErrors {
    public static final String IN_USE = "in use by a kernel component|in use by another system";
    public static final String ANOTHER_TYPE = "type does not match";

    public static final List<ErrorPattern> ALL = List.of(
            symptom(
                    "Operation not permitted|you must be root",
                    Kind.NOT_PERMITTED,
                    "may not read or change sets",
                    ErrorPattern.CAPABILITIES),
            symptom(
                    "Cannot open session to kernel|set type not supported|Protocol not supported",
                    Kind.UNAVAILABLE,
                    "finds no sets in this kernel",
                    "modprobe ip_set ip_set_hash_net xt_set, or block with plain rules"),
            symptom(
                    "incompatib|typename .* is unknown|Unknown argument|Syntax error|Missing mandatory",
                    Kind.UNAVAILABLE,
                    "and this kernel or tcptracker don't understand each other",
                    "use ipset 6.20 or later, and a kernel of its age; or block with plain rules"),
            symptom("Hash is full", Kind.FULL, "finds the set full", "lift bans, or make them shorter"),
            symptom("given name does not exist", Kind.CHAIN_GONE, "finds a set gone", ErrorPattern.UP_AGAIN),
            symptom(
                    "(Timeout|Comment) cannot be used",
                    Kind.CHAIN_GONE,
                    "finds a set of other options in the place of ours",
                    "somebody put it there; ours has to be put up again"),
            symptom(
                    IN_USE,
                    Kind.FAILED,
                    "finds a set in use",
                    "see by which rules: iptables-save | grep match-set (ip6tables-save alike)"),
            symptom(
                    "same name already exists|" + ANOTHER_TYPE,
                    Kind.FAILED,
                    "finds a set of another kind under the name of ours",
                    "see it with ipset list -t, and rename or destroy it"),
            symptom(
                    "Cannot allocate memory|No buffer space available",
                    Kind.FAILED,
                    "finds no memory in the kernel for so many bans",
                    "allow fewer bans at once, or raise the memory limit"));

    private IpsetErrors() {}

    private static ErrorPattern symptom(String text, Kind kind, String cause, String cure) {
        return new ErrorPattern(Set.of(1), text, kind, cause, cure);
    }
}
