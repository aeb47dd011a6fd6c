package io.tcptracker.firewall.nft;

import static io.tcptracker.firewall.FirewallFailure.assertExplained;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NftErrorsTest {
    /** What nft 1.0.6 says for each failure that can happen here. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    1 | Operation not permitted (you must be root)                                                | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    1 | netlink: Error: cache initialization failed: Operation not permitted                      | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    1 | Error: Could not process rule: Operation not permitted                                    | NOT_PERMITTED | CAP_NET_ADMIN and CAP_NET_RAW
                    3 | Unable to initialize Netlink socket: Permission denied                                    | NOT_PERMITTED | modprobe nf_tables
                    3 | Unable to initialize Netlink socket: Protocol not supported                               | UNAVAILABLE   | modprobe nf_tables
                    1 | netlink: Error: cache initialization failed: Invalid argument                             | UNAVAILABLE   | modprobe nf_tables
                    1 | netlink: Error: cache initialization failed: Protocol not supported                       | UNAVAILABLE   | modprobe nf_tables
                    1 | Error: Could not process rule: Operation not supported                                    | UNAVAILABLE   | Linux 5.4
                    1 | Error: Could not process rule: Not supported                                              | UNAVAILABLE   | Linux 5.4
                    1 | Error: Could not process rule: Too many open files in system                              | FULL          | lift some
                    1 | Error: Could not process rule: Device or resource busy                                    | FAILED        | nft list table inet tcptracker
                    1 | Error: Could not process rule: Cannot allocate memory                                     | FAILED        | raise the memory limit
                    1 | netlink: Error: Could not process rule: Message too long                                  | FAILED        | net.core.wmem_max
                    1 | Error: Could not process rule: Resource temporarily unavailable                           | FAILED        | try again
                    1 | /dev/stdin:3:72-74: Error: syntax error, unexpected set, expecting newline or semicolon   | UNAVAILABLE   | use nftables 0.9.8
                    1 | nft: unrecognized option '-t'                                                             | UNAVAILABLE   | use nftables 0.9.8
                    1 | Error: comment too long, 128 characters maximum allowed                                   | UNAVAILABLE   | use nftables 0.9.8
                    1 | Error: No such file or directory                                                          | CHAIN_GONE    | puts it back
                    1 | Error: Could not process rule: No such file or directory                                  | CHAIN_GONE    | puts it back
                    """)
    void explainsEachFailureWithItsCure(int exit, String text, Kind kind, String cure) {
        assertExplained(NftErrors.TABLE, "nft", exit, text, kind, cure);
    }

    @Test
    void blamesTheKernelForAFeatureMissingForTheTable() {
        String text = "Error: Could not process rule: No such file or directory";
        assertExplained(NftErrors.OF_DEFINITION, "nft", 1, text, Kind.UNAVAILABLE, "modprobe nft_ct");
    }
}
