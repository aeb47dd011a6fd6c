package io.tcptracker.firewall;

import io.tcptracker.core.Firewall.FirewallException;
import io.tcptracker.core.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.Runner.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns what a tool said when it failed into one line with the cause and the cure. Neither exit code nor text suffices:
 * 1 covers absent, busy and a lost race, 4 covers no permission, busy and a held lock, and some texts mean different
 * things with different codes.
 */
final class Diagnosis {
    private static final int MOST_TEXT = 200;

    private static final String CAPABILITIES = "run it as root, or give it CAP_NET_ADMIN and CAP_NET_RAW: setpriv"
            + " --inh-caps +net_admin,+net_raw --ambient-caps +net_admin,+net_raw, AmbientCapabilities=CAP_NET_ADMIN"
            + " CAP_NET_RAW in a systemd unit, or --cap-add NET_ADMIN --cap-add NET_RAW for a container";
    private static final String USE_NFT =
            "use the nf_tables variant: update-alternatives --set iptables /usr/sbin/iptables-nft (ip6tables alike)";
    private static final String USE_LEGACY =
            "use the legacy variant: update-alternatives --set iptables /usr/sbin/iptables-legacy (ip6tables alike)";
    private static final String AGAIN = "try again";

    private record Row(Set<Integer> exits, Pattern text, Kind kind, String cause, String cure) {
        Row(Set<Integer> exits, String text, Kind kind, String cause, String cure) {
            this(exits, Pattern.compile(text), kind, cause, cure);
        }

        boolean fits(int exit, String text) {
            return exits.contains(exit) && this.text.matcher(text).find();
        }
    }

    /** The first that fits counts: texts come together, and the telling one may not be the first. */
    private static final List<Row> ROWS = List.of(
            new Row(
                    Set.of(3, 4),
                    "you must be root|rule set generation id: (Permission denied|Operation not permitted)",
                    Kind.NOT_PERMITTED,
                    "may not read or change the firewall",
                    CAPABILITIES),
            new Row(
                    Set.of(1),
                    "Can't open socket to ipset",
                    Kind.NOT_PERMITTED,
                    "lacks CAP_NET_RAW, which it needs where a rule matches a set",
                    CAPABILITIES),
            new Row(
                    Set.of(4),
                    "can't open lock file .*: Permission denied",
                    Kind.NOT_PERMITTED,
                    "may not open the lock of the legacy variant, which is root's",
                    CAPABILITIES + "; without root also " + USE_NFT),
            new Row(
                    Set.of(4),
                    "can't open lock file",
                    Kind.UNAVAILABLE,
                    "can't make its lock file",
                    "make the directory of that file writable, or " + USE_NFT),
            new Row(
                    Set.of(3),
                    "can't initialize ip6?tables table .*: Permission denied",
                    Kind.NOT_PERMITTED,
                    "is denied the table by SELinux, or may not load its kernel module",
                    "modprobe iptable_filter ip6table_filter, or " + USE_NFT),
            new Row(
                    Set.of(1),
                    "Failed to initialize nft: Permission denied",
                    Kind.NOT_PERMITTED,
                    "is denied nf_tables by SELinux, or may not load its kernel module",
                    "modprobe nf_tables, or " + USE_LEGACY),
            new Row(
                    Set.of(1, 3),
                    "Address family not supported by protocol",
                    Kind.UNAVAILABLE,
                    "finds no support for its addresses in this kernel",
                    "boot with ipv6.disable=0"),
            new Row(
                    Set.of(3),
                    "do you need to insmod\\?|table .* does not exist",
                    Kind.UNAVAILABLE,
                    "finds no table 'filter' in this kernel",
                    "modprobe iptable_filter ip6table_filter, or " + USE_NFT),
            new Row(
                    Set.of(1, 3, 4),
                    "Could not fetch rule set generation id|Failed to initialize nft|Unable to initialize Netlink",
                    Kind.UNAVAILABLE,
                    "finds no nf_tables in this kernel",
                    "modprobe nf_tables, or " + USE_LEGACY),
            new Row(
                    Set.of(1, 4),
                    "chain .INPUT' .* is incompatible|: table .filter' is incompatible|CHAIN_ADD failed \\(Operation not supported",
                    Kind.UNAVAILABLE,
                    "finds native nft rules in its table 'filter'",
                    "give the table of those rules another name; see nft list table ip filter (ip6 filter alike)"),
            new Row(
                    Set.of(4),
                    "holding the xtables lock",
                    Kind.FAILED,
                    "waited in vain for the lock that another program holds",
                    "see which: fuser -v /run/xtables.lock"),
            new Row(
                    Set.of(4),
                    "Resource temporarily unavailable",
                    Kind.FAILED,
                    "lost a race with another program that changes the firewall",
                    AGAIN + "; if it comes back, give all of them the same /run/xtables.lock"),
            new Row(
                    Set.of(1, 4),
                    "missing kernel module|RULE_\\w+ failed \\(No such file or directory\\)",
                    Kind.UNAVAILABLE,
                    "finds no support in this kernel for a match we need",
                    "modprobe xt_conntrack xt_comment"),
            new Row(
                    Set.of(2),
                    "Couldn't load match",
                    Kind.UNAVAILABLE,
                    "lacks one of its extensions",
                    "install the whole package: apt install iptables / dnf install iptables"),
            new Row(
                    Set.of(1),
                    "Too many links|Directory not empty",
                    Kind.FAILED,
                    "finds the chain in use",
                    "see by which rules: iptables-save | grep " + Chain.NAME),
            new Row(
                    Set.of(4),
                    "CHAIN_DEL failed \\(Device or resource busy\\)",
                    Kind.FAILED,
                    "finds the chain in use",
                    "see by which rules: iptables-save | grep " + Chain.NAME),
            new Row(
                    Set.of(1, 2),
                    // Of a chain that isn't there the nf_tables variant says that it is incompatible.
                    "No chain/target/match by that name|Couldn't load target .tcptracker'"
                            + "|Chain .tcptracker. does not exist|chain .tcptracker' in table .* is incompatible",
                    Kind.CHAIN_GONE,
                    "finds the chain " + Chain.NAME + " gone",
                    "somebody took it away (a firewall reload?); it has to be put up again"),
            new Row(
                    Set.of(1, 2, 4),
                    "Bad rule \\(does a matching rule exist",
                    Kind.FAILED,
                    "finds that another program changed the firewall in between",
                    AGAIN),
            new Row(
                    Set.of(1, 4),
                    "Memory allocation problem|No buffer space available",
                    Kind.FAILED,
                    "finds no memory in the kernel for so many rules",
                    "allow fewer bans at once, or raise the memory limit"),
            new Row(
                    Set.of(2),
                    "not found|unknown option|too long",
                    Kind.FAILED,
                    "doesn't understand what we told it",
                    "use iptables 1.6.2 or later"),
            new Row(
                    Set.of(1, 2),
                    "line \\d+ failed|Error occurred at line: \\d+",
                    Kind.FAILED,
                    "refused a change as a whole",
                    AGAIN));

    private Diagnosis() {}

    static FirewallException of(Result result) {
        String text = telling(result.err().isBlank() ? result.out() : result.err());
        for (Row row : ROWS) {
            if (row.fits(result.exit(), text)) {
                return failure(row.kind, result.program(), row.cause, text, row.cure);
            }
        }
        return failure(Kind.FAILED, result.program(), "failed with exit code " + result.exit(), text, AGAIN);
    }

    static FirewallException notInstalled(String program) {
        return new FirewallException(
                Kind.UNAVAILABLE,
                program + " is not installed, or not on the PATH: apt install iptables / dnf install iptables; or run"
                        + " with --dry-run");
    }

    static FirewallException notExecutable(Path program) {
        return failure(Kind.UNAVAILABLE, program, "is not executable", "", "chmod a+x " + clean(program.toString()));
    }

    static FirewallException notStarted(Path program, String why) {
        return failure(Kind.FAILED, program, "can't be started", clean(why), "see that it is still installed");
    }

    static FirewallException hung(Path program, Duration deadline) {
        String seconds = deadline.toMillis() % 1000 == 0
                ? String.valueOf(deadline.toSeconds())
                : String.valueOf(deadline.toMillis() / 1000.0);
        return new FirewallException(
                Kind.FAILED,
                name(program) + " did not end within " + seconds
                        + " s and was killed; see what holds the firewall: fuser -v /run/xtables.lock");
    }

    static String name(Path program) {
        return clean(String.valueOf(program.getFileName()));
    }

    /** One line, fit for a log, of text from outside. */
    static String clean(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s\\x7f-\\x9f]+", " ").strip();
        return line.length() <= MOST_TEXT ? line : line.substring(0, MOST_TEXT) + "...";
    }

    private static FirewallException failure(Kind kind, Path program, String cause, String text, String cure) {
        String quoted = text.isEmpty() ? "" : " (" + text + ")";
        return new FirewallException(kind, name(program) + " " + cause + quoted + ": " + cure);
    }

    /** Without the warning that rules of the other variant exist, which says nothing of a failure. */
    private static String telling(String text) {
        return clean(text.replaceAll("(?m)^# Warning: ip6?tables-legacy tables present.*$", ""));
    }
}
