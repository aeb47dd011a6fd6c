package io.tcptracker.firewall.iptables;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IptablesVersionTest {
    @ParameterizedTest
    @CsvSource({
        "iptables v1.8.9 (nf_tables), 1.8.9 (nf_tables), true",
        "ip6tables v1.8.10 (legacy), 1.8.10 (legacy), true",
        "iptables v1.6.2, 1.6.2 (legacy), true",
        "iptables v1.6.1, 1.6.1 (legacy), false",
        "iptables v1.4.21, 1.4.21 (legacy), false"
    })
    void tellsVariantAndWhetherItCanWait(String said, String version, boolean waits) throws FirewallException {
        IptablesVersion read = IptablesVersion.of(new Result(Path.of("/sbin/iptables"), 0, said + "\n", ""));
        assertEquals(version, read.toString());
        assertEquals(waits, read.waits(), "knows -w 3");
    }

    @Test
    void refusesAProgramThatIsNotIptables() {
        assertRefused(
                Kind.UNAVAILABLE,
                "/sbin/iptables is not iptables",
                () -> IptablesVersion.of(new Result(Path.of("/sbin/iptables"), 0, "hello\nworld", "")));
    }
}
