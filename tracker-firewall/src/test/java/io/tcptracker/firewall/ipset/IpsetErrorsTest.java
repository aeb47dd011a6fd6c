package io.tcptracker.firewall.ipset;

import static io.tcptracker.firewall.FirewallFailure.assertExplained;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpsetErrorsTest {
    /** What ipset 7.17 says, and older versions where they differ. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ipset v7.17: Kernel error received: Operation not permitted                            | NOT_PERMITTED | CAP_NET_ADMIN
                    ipset v7.17: Cannot open session to kernel.                                            | UNAVAILABLE   | modprobe ip_set
                    ipset v7.17: Kernel error received: set type not supported                             | UNAVAILABLE   | ip_set_hash_net
                    ipset v7.17: Syntax error: typename 'hash:net' is unknown                              | UNAVAILABLE   | ipset 6.20
                    ipset v6.11: Unknown argument: `comment'                                               | UNAVAILABLE   | plain rules
                    ipset v7.17: Kernel and userspace incompatible: settype hash:net not supported         | UNAVAILABLE   | plain rules
                    ipset v7.17: Error in line 1: Hash is full, cannot add more elements                   | FULL          | lift bans
                    ipset v7.17: The set with the given name does not exist                                | CHAIN_GONE    | puts it back
                    ipset v7.17: Timeout cannot be used: set was created without timeout support           | CHAIN_GONE    | puts ours back
                    ipset v7.17: Comment cannot be used: set was created without comment support           | CHAIN_GONE    | puts ours back
                    ipset v7.17: Set cannot be destroyed: it is in use by a kernel component               | FAILED        | grep match-set
                    ipset v7.17: Set cannot be renamed: it is in use by another system                     | FAILED        | grep match-set
                    ipset v7.17: Set cannot be created: set with the same name already exists              | FAILED        | ipset list -t
                    ipset v7.17: The sets cannot be swapped: their type does not match                     | FAILED        | ipset list -t
                    ipset v7.17: Kernel error received: Cannot allocate memory                             | FAILED        | fewer bans
                    """)
    void explainsEachFailureWithItsCure(String text, Kind kind, String cure) {
        assertExplained(IpsetErrors.TABLE, "ipset", 1, text, kind, cure);
    }
}
