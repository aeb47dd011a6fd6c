package io.tcptracker.firewall.iptables;

import static io.tcptracker.firewall.FirewallFailure.assertExplained;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IptablesErrorsTest {
    /** What iptables 1.8.9 says, in both variants, for each failure that can happen here. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    3 | can't initialize iptables table `filter': Permission denied (you must be root)                    | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    4 | Could not fetch rule set generation id: Permission denied (you must be root)                      | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    1 | Can't open socket to ipset.                                                                       | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    4 | Fatal: can't open lock file /run/xtables.lock: Permission denied                                  | NOT_PERMITTED | run as root
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
                    1 | iptables: No chain/target/match by that name.                                                     | CHAIN_GONE    | puts it back
                    1 | iptables-nft-restore: line 2 failed: No chain/target/match by that name.                          | CHAIN_GONE    | puts it back
                    1 | iptables v1.8.9 (nf_tables): chain `tcptracker' in table `filter' is incompatible, use 'nft' tool.                             | CHAIN_GONE    | puts it back
                    2 | Couldn't load target `tcptracker':No such file or directory                                       | CHAIN_GONE    | puts it back
                    2 | Chain 'tcptracker' does not exist                                                                 | CHAIN_GONE    | puts it back
                    1 | Bad rule (does a matching rule exist in that chain?).                                             | FAILED        | try again
                    2 | Set tcptracker4 doesn't exist.                                                                    | CHAIN_GONE    | puts it back
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
                    """)
    void explainsEachFailureWithItsCure(int exit, String text, Kind kind, String cure) {
        assertExplained(IptablesErrors.TABLE, "iptables", exit, text, kind, cure);
    }
}
