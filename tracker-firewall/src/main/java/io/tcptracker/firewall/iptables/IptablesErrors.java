package io.tcptracker.firewall.iptables;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorPattern;
import java.util.List;
import java.util.Set;

/** How iptables fails, in both its variants. */
public final class IptablesErrors {
    private static final String USE_NFT =
            "use the nf_tables variant: update-alternatives --set iptables /usr/sbin/iptables-nft (ip6tables alike)";
    private static final String USE_LEGACY =
            "use the legacy variant: update-alternatives --set iptables /usr/sbin/iptables-legacy (ip6tables alike)";

    /** The first that fits counts: texts come together, and the telling one may not be the first. */
    public static final List<ErrorPattern> ALL = List.of(
            new ErrorPattern(
                    Set.of(3, 4),
                    "you must be root|rule set generation id: (Permission denied|Operation not permitted)",
                    Kind.NOT_PERMITTED,
                    "may not read or change the firewall",
                    ErrorPattern.CAPABILITIES),
            new ErrorPattern(
                    Set.of(1),
                    "Can't open socket to ipset",
                    Kind.NOT_PERMITTED,
                    "lacks CAP_NET_RAW, which it needs where a rule matches a set",
                    ErrorPattern.CAPABILITIES),
            new ErrorPattern(
                    Set.of(4),
                    "can't open lock file .*: Permission denied",
                    Kind.NOT_PERMITTED,
                    "may not open the lock of the legacy variant, which is root's",
                    ErrorPattern.CAPABILITIES + "; without root also " + USE_NFT),
            new ErrorPattern(
                    Set.of(4),
                    "can't open lock file",
                    Kind.UNAVAILABLE,
                    "can't make its lock file",
                    "make the directory of that file writable, or " + USE_NFT),
            new ErrorPattern(
                    Set.of(3),
                    "can't initialize ip6?tables table .*: Permission denied",
                    Kind.NOT_PERMITTED,
                    "is denied the table by SELinux, or may not load its kernel module",
                    "modprobe iptable_filter ip6table_filter, or " + USE_NFT),
            new ErrorPattern(
                    Set.of(1),
                    "Failed to initialize nft: Permission denied",
                    Kind.NOT_PERMITTED,
                    "is denied nf_tables by SELinux, or may not load its kernel module",
                    "modprobe nf_tables, or " + USE_LEGACY),
            new ErrorPattern(
                    Set.of(1, 3),
                    "Address family not supported by protocol",
                    Kind.UNAVAILABLE,
                    "finds no support for its addresses in this kernel",
                    "boot with ipv6.disable=0"),
            new ErrorPattern(
                    Set.of(3),
                    "do you need to insmod\\?|table .* does not exist",
                    Kind.UNAVAILABLE,
                    "finds no table 'filter' in this kernel",
                    "modprobe iptable_filter ip6table_filter, or " + USE_NFT),
            new ErrorPattern(
                    Set.of(1, 3, 4),
                    "Could not fetch rule set generation id|Failed to initialize nft|Unable to initialize Netlink",
                    Kind.UNAVAILABLE,
                    "finds no nf_tables in this kernel",
                    "modprobe nf_tables, or " + USE_LEGACY),
            new ErrorPattern(
                    Set.of(1, 4),
                    "chain .(INPUT|FORWARD)' .* is incompatible|: table .filter' is incompatible|CHAIN_ADD failed \\(Operation not supported",
                    Kind.UNAVAILABLE,
                    "finds native nft rules in its table 'filter'",
                    "give the table of those rules another name; see nft list table ip filter (ip6 filter alike)"),
            new ErrorPattern(
                    Set.of(4),
                    "holding the xtables lock",
                    Kind.FAILED,
                    "waited in vain for the lock that another program holds",
                    "see which: fuser -v /run/xtables.lock"),
            new ErrorPattern(
                    Set.of(4),
                    "Resource temporarily unavailable",
                    Kind.FAILED,
                    "lost a race with another program that changes the firewall",
                    ErrorPattern.AGAIN + "; if it comes back, give all of them the same /run/xtables.lock"),
            new ErrorPattern(
                    Set.of(1, 4),
                    "missing kernel module|RULE_\\w+ failed \\(No such file or directory\\)",
                    Kind.UNAVAILABLE,
                    "finds no support in this kernel for a match we need",
                    "modprobe xt_conntrack xt_comment xt_set"),
            new ErrorPattern(
                    Set.of(2),
                    "Couldn't load match",
                    Kind.UNAVAILABLE,
                    "lacks one of its extensions",
                    "install the whole package: apt install iptables / dnf install iptables"),
            new ErrorPattern(
                    Set.of(1),
                    "Too many links|Directory not empty",
                    Kind.FAILED,
                    "finds the chain in use",
                    "see by which rules: iptables-save | grep " + TrackerChain.NAME),
            new ErrorPattern(
                    Set.of(4),
                    "CHAIN_DEL failed \\(Device or resource busy\\)",
                    Kind.FAILED,
                    "finds the chain in use",
                    "see by which rules: iptables-save | grep " + TrackerChain.NAME),
            new ErrorPattern(
                    Set.of(1, 2),
                    // Of a chain that isn't there the nf_tables variant says that it is incompatible.
                    "No chain/target/match by that name|Couldn't load target .tcptracker'"
                            + "|Chain .tcptracker. does not exist"
                            + "|chain .(tcptracker|DOCKER-USER)' in table .* is incompatible",
                    Kind.CHAIN_GONE,
                    "finds the chain " + TrackerChain.NAME + " gone",
                    ErrorPattern.UP_AGAIN),
            new ErrorPattern(
                    Set.of(1, 2, 4),
                    "Bad rule \\(does a matching rule exist",
                    Kind.FAILED,
                    "finds that another program changed the firewall in between",
                    ErrorPattern.AGAIN),
            new ErrorPattern(
                    Set.of(1, 4),
                    "Memory allocation problem|No buffer space available",
                    Kind.FAILED,
                    "finds no memory in the kernel for so many rules",
                    "allow fewer bans at once, or raise the memory limit"),
            new ErrorPattern(
                    Set.of(2), "Set \\S+ doesn't exist", Kind.CHAIN_GONE, "finds a set gone", ErrorPattern.UP_AGAIN),
            new ErrorPattern(
                    Set.of(2),
                    "not found|unknown option|too long",
                    Kind.FAILED,
                    "doesn't understand what we told it",
                    "use iptables 1.6.2 or later"),
            new ErrorPattern(
                    Set.of(1, 2),
                    "line \\d+ failed|Error occurred at line: \\d+",
                    Kind.FAILED,
                    "refused a change as a whole",
                    ErrorPattern.AGAIN));

    private IptablesErrors() {}
}
