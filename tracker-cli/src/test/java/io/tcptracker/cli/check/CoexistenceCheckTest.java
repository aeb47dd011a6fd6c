package io.tcptracker.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.check.CheckResult.State;
import io.tcptracker.cli.testing.Root;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CoexistenceCheckTest {
    private final Root root;

    CoexistenceCheckTest(@TempDir Path directory) {
        root = new Root(directory);
    }

    /** Each as {@code check=state}. */
    private String found() {
        return CoexistenceCheck.findings(root.path(), Processes.read(root.path())).stream()
                .map(finding -> finding.check() + "=" + finding.state())
                .collect(Collectors.joining(" "));
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        assertEquals("others=OK forwarding=OK", found());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proc/7/comm          | firewalld                 | firewalld=WARN",
                "run/firewalld.pid    | 7                         | firewalld=WARN",
                "proc/7/comm          | firewalld2                | others=OK",
                "etc/ufw/ufw.conf     | ENABLED=yes               | ufw=OK",
                "etc/ufw/ufw.conf     | ' enabled=\"YES\"'        | ufw=OK",
                "etc/ufw/ufw.conf     | ENABLED=no                | others=OK",
                "etc/ufw/ufw.conf     | '#ENABLED=yes'            | others=OK",
                "proc/7/comm          | dockerd                   | docker=WARN",
                "run/docker.sock      | ''                        | docker=WARN",
                "etc/iptables/rules.v4| -A INPUT -j tcptracker    | saved=WARN",
                "etc/iptables/rules.v6| -A INPUT -j DROP          | others=OK",
                "etc/nftables.conf    | flush ruleset             | others=OK",
            })
    void eachIsFoundByItsTraces(String file, String content, String expected) throws IOException {
        root.file(file, content + "\n").file("proc/7/cmdline", "x\0");
        assertEquals(expected + " forwarding=OK", found());
    }

    @ParameterizedTest
    @CsvSource({"flush ruleset, nftables=WARN", "  flush ruleset;, nftables=WARN", "#flush ruleset, others=OK"})
    void nftablesServiceIsNamedIfItsReloadFlushesAll(String line, String expected) throws IOException {
        root.file("etc/nftables.conf", "#!/usr/sbin/nft -f\n" + line + "\n")
                .file("etc/systemd/system/sysinit.target.wants/nftables.service", "");
        assertEquals(expected + " forwarding=OK", found());
    }

    @ParameterizedTest
    @CsvSource({
        "ipv4/ip_forward, 1, WARN",
        "ipv4/ip_forward, 0, OK",
        "ipv6/conf/all/forwarding, 1, WARN",
        "ipv6/conf/all/forwarding, 0, OK"
    })
    void forwardingIsToldInEitherFamily(String setting, String value, State state) throws IOException {
        root.file("proc/sys/net/" + setting, value + "\n");
        assertEquals("others=OK forwarding=" + state, found());
    }

    @Test
    void allAreNamedWithWhatToDo() throws IOException {
        root.file("run/firewalld.pid", "7")
                .file("run/docker.pid", "8")
                .file("etc/ufw/ufw.conf", "ENABLED=yes")
                .file("proc/sys/net/ipv4/ip_forward", "1");
        List<CheckResult> findings = CoexistenceCheck.findings(root.path(), Processes.read(root.path()));
        assertEquals("firewalld=WARN ufw=OK docker=WARN forwarding=WARN", found());
        for (CheckResult finding : findings) {
            assertEquals(finding.state() == State.OK, finding.cure().isEmpty(), finding.check());
        }
    }
}
