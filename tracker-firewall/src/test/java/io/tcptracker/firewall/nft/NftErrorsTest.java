package io.tcptracker.firewall.nft;

import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.FirewallFailure;
import io.tcptracker.firewall.process.ErrorMessages;
import io.tcptracker.firewall.process.ErrorMessagesTest;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NftErrorsTest {
    /** What nft 1.0.6 says to each failure that we can meet. */
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
                    1 | Error: No such file or directory                                                          | CHAIN_GONE    | put up again
                    1 | Error: Could not process rule: No such file or directory                                  | CHAIN_GONE    | put up again
                    1 | something nobody has seen yet                                                             | FAILED        | exit code 1
                    """)
    void saysWhatIsWrongAndWhatToDo(int exit, String text, Kind kind, String cure) {
        ErrorMessagesTest.assertDiagnosis("nft", exit, text, kind, cure);
    }

    @Test
    void blamesTheKernelForWhatIsMissingWhenTheTableIsMade() {
        FirewallException failure = ErrorMessages.of(
                new Result(Path.of("/usr/sbin/nft"), 1, "", "Error: Could not process rule: No such file or directory"),
                NftErrors.OF_DEFINITION);
        assertEquals(Kind.UNAVAILABLE, failure.kind());
        assertSays("modprobe nft_ct", FirewallFailure.message(failure));
    }
}
