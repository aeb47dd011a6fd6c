package io.tcptracker.firewall.process;

import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.FirewallFailure;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class ErrorMessagesTest {
    /** What iptables 1.8.9 says, of both variants, to each failure that we can meet. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    3 | can't initialize iptables table `filter': Permission denied (you must be root)                    | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    4 | Could not fetch rule set generation id: Permission denied (you must be root)                      | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    1 | Can't open socket to ipset.                                                                       | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    4 | Fatal: can't open lock file /run/xtables.lock: Permission denied                                  | NOT_PERMITTED | run it as root
                    4 | Fatal: can't open lock file /run/xtables.lock: Read-only file system                              | UNAVAILABLE   | make the directory of that file writable
                    4 | Fatal: can't open lock file /run/xtables.lock: No such file or directory                          | UNAVAILABLE   | make the directory of that file writable
                    3 | can't initialize iptables table `filter': Permission denied                                       | NOT_PERMITTED | modprobe iptable_filter
                    1 | Failed to initialize nft: Permission denied                                                       | NOT_PERMITTED | modprobe nf_tables
                    3 | can't initialize iptables table `filter': Table does not exist (do you need to insmod?)           | UNAVAILABLE   | modprobe iptable_filter
                    3 | can't initialize iptables table `filter': iptables who? (do you need to insmod?)                  | UNAVAILABLE   | modprobe iptable_filter
                    3 | table 'filter' does not exist                                                                     | UNAVAILABLE   | modprobe iptable_filter
                    4 | Could not fetch rule set generation id: Invalid argument                                          | UNAVAILABLE   | modprobe nf_tables
                    1 | Failed to initialize nft: Protocol not supported                                                  | UNAVAILABLE   | modprobe nf_tables
                    3 | can't initialize ip6tables table `filter': Address family not supported by protocol               | UNAVAILABLE   | ipv6.disable=0
                    1 | Failed to initialize nft: Address family not supported by protocol                                | UNAVAILABLE   | ipv6.disable=0
                    1 | iptables v1.8.9 (nf_tables): chain `INPUT' in table `filter' is incompatible, use 'nft' tool.     | UNAVAILABLE   | another name
                    1 | iptables v1.8.9 (nf_tables): table `filter' is incompatible, use 'nft' tool.                      | UNAVAILABLE   | another name
                    4 | line 3: CHAIN_ADD failed (Operation not supported): chain INPUT                                   | UNAVAILABLE   | another name
                    4 | Another app is currently holding the xtables lock. Stopped waiting after 3s.                      | FAILED        | fuser -v /run/xtables.lock
                    4 | iptables: Resource temporarily unavailable.                                                       | FAILED        | try again
                    1 | iptables: Too many links.                                                                         | FAILED        | iptables-save
                    1 | iptables: Directory not empty.                                                                    | FAILED        | iptables-save
                    4 | line 4: CHAIN_DEL failed (Device or resource busy): chain tcptracker                              | FAILED        | iptables-save
                    1 | iptables: No chain/target/match by that name.                                                     | CHAIN_GONE    | put up again
                    1 | iptables-nft-restore: line 2 failed: No chain/target/match by that name.                          | CHAIN_GONE    | put up again
                    1 | iptables v1.8.9 (nf_tables): chain `tcptracker' in table `filter' is incompatible, use 'nft' tool.                             | CHAIN_GONE    | put up again
                    2 | Couldn't load target `tcptracker':No such file or directory                                       | CHAIN_GONE    | put up again
                    2 | Chain 'tcptracker' does not exist                                                                 | CHAIN_GONE    | put up again
                    1 | Bad rule (does a matching rule exist in that chain?).                                             | FAILED        | try again
                    2 | Set tcptracker4 doesn't exist.                                                                    | CHAIN_GONE    | put up again
                    2 | Couldn't load match `set':No such file or directory                                               | UNAVAILABLE   | apt install iptables
                    1 | Warning: Extension set revision 0 not supported, missing kernel module?                           | UNAVAILABLE   | xt_set
                    2 | Couldn't load match `conntrack':No such file or directory                                         | UNAVAILABLE   | apt install iptables
                    1 | Warning: Extension conntrack revision 0 not supported, missing kernel module? No chain/target/match by that name. | UNAVAILABLE | modprobe xt_conntrack
                    4 | line 3: RULE_INSERT failed (No such file or directory): rule in chain INPUT                       | UNAVAILABLE   | modprobe xt_conntrack
                    2 | host/network `10.0.0.300' not found                                                               | FAILED        | iptables 1.6.2 or later
                    2 | unknown option "-w"                                                                               | FAILED        | iptables 1.6.2 or later
                    1 | iptables: Memory allocation problem.                                                              | FAILED        | fewer bans
                    4 | RULE_APPEND failed (No buffer space available): rule in chain tcptracker                          | FAILED        | fewer bans
                    1 | iptables-restore: line 2 failed                                                                   | FAILED        | try again
                    2 | Error occurred at line: 4                                                                         | FAILED        | try again
                    99| something nobody has seen yet                                                                     | FAILED        | exit code 99
                    """)
    void saysWhatIsWrongAndWhatToDo(int exit, String text, Kind kind, String cure) {
        String message = message(exit, text, kind);
        assertSays(cure, message);
        assertSays(text, message);
    }

    /** What ipset 7.17 says, and older ones where they differ. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ipset v7.17: Kernel error received: Operation not permitted                            | NOT_PERMITTED | CAP_NET_ADMIN
                    ipset v7.17: Cannot open session to kernel.                                            | UNAVAILABLE   | modprobe ip_set
                    ipset v7.17: Kernel error received: set type not supported                             | UNAVAILABLE   | ip_set_hash_net
                    ipset v7.17: Syntax error: typename 'hash:net' is unknown                              | UNAVAILABLE   | ipset 6.20
                    ipset v6.11: Unknown argument: `comment'                                               | UNAVAILABLE   | plain rules
                    ipset v7.17: Kernel and userspace incompatible: settype hash:net not supported         | UNAVAILABLE   | plain rules
                    ipset v7.17: Error in line 1: Hash is full, cannot add more elements                   | FULL          | lift bans
                    ipset v7.17: The set with the given name does not exist                                | CHAIN_GONE    | put up again
                    ipset v7.17: Timeout cannot be used: set was created without timeout support           | CHAIN_GONE    | put up again
                    ipset v7.17: Comment cannot be used: set was created without comment support           | CHAIN_GONE    | put up again
                    ipset v7.17: Set cannot be destroyed: it is in use by a kernel component               | FAILED        | grep match-set
                    ipset v7.17: Set cannot be renamed: it is in use by another system                     | FAILED        | grep match-set
                    ipset v7.17: Set cannot be created: set with the same name already exists              | FAILED        | ipset list -t
                    ipset v7.17: The sets cannot be swapped: their type does not match                     | FAILED        | ipset list -t
                    ipset v7.17: Kernel error received: Cannot allocate memory                             | FAILED        | fewer bans
                    something nobody has seen yet                                                          | FAILED        | exit code 1
                    """)
    void saysWhatIsWrongWithASetAndWhatToDo(String text, Kind kind, String cure) {
        assertDiagnosis("ipset", 1, text, kind, cure);
    }

    @Test
    void givesTheCauseAlone() {
        FirewallException failure = ErrorMessages.of(
                new Result(Path.of("/usr/sbin/ipset"), 1, "", "ipset v7.17: Cannot open session to kernel."));
        assertEquals("ipset finds no sets in this kernel", ErrorMessages.cause(failure));
        assertEquals("ipset is not installed", ErrorMessages.cause(ErrorMessages.notInstalled("ipset")));
    }

    @Test
    void namesEveryWayToGiveTheCapabilities() {
        String message = message(4, "Permission denied (you must be root)", Kind.NOT_PERMITTED);
        for (String way : List.of("root", "setpriv", "--ambient-caps", "AmbientCapabilities=", "--cap-add")) {
            assertSays(way, message);
        }
    }

    @Test
    void looksPastTheWarningOfTheOtherVariantsRules() {
        String message = message(1, """
                # Warning: iptables-legacy tables present, use iptables-legacy to see them
                iptables: Too many links.
                """, Kind.FAILED);
        assertFalse(message.contains("Warning"), message);
    }

    @Test
    void recognisesAHeldLockAmongOtherLines() {
        String message = message(4, """
                Can't lock /run/xtables.lock: Resource temporarily unavailable
                Another app is currently holding the xtables lock. Stopped waiting after 3s.
                """, Kind.FAILED);
        assertSays("fuser", message);
    }

    @Test
    void isOneShortLineWhateverTheToolPrints() {
        String message = message(1, "\u001b[31mred\r\nalert\u0000\u0085" + "x".repeat(10_000), Kind.FAILED);
        assertAll(
                () -> assertEquals(
                        0, message.chars().filter(Character::isISOControl).count(), message),
                () -> assertTrue(message.length() < 400, () -> message.length() + " characters"));
    }

    @Test
    void tellsHowToInstallWhatIsMissing() {
        String message = FirewallFailure.message(ErrorMessages.notInstalled("iptables"));
        for (String part : List.of("iptables is not installed", "apt install", "dnf install", "--dry-run")) {
            assertSays(part, message);
        }
    }

    public static void assertDiagnosis(String tool, int exit, String text, Kind kind, String cure) {
        FirewallException failure = ErrorMessages.of(new Result(Path.of("/usr/sbin/" + tool), exit, "", text));
        assertEquals(kind, failure.kind(), failure::getMessage);
        assertSays(cure, FirewallFailure.message(failure));
        assertSays(text, FirewallFailure.message(failure));
    }

    private static String message(int exit, String err, Kind kind) {
        FirewallException failure = ErrorMessages.of(new Result(Path.of("/usr/sbin/iptables"), exit, "", err));
        assertEquals(kind, failure.kind(), failure::getMessage);
        return FirewallFailure.message(failure);
    }
}
