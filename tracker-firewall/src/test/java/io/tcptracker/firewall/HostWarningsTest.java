package io.tcptracker.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.firewall.FirewallWarning.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostWarningsTest {
    @TempDir
    private Path root;

    @Test
    void hostWithoutOtherFirewallsHasNone() {
        assertEquals(List.of(), kinds(false));
    }

    @Test
    void dockerIsKnownByItsChains() {
        assertEquals(List.of(Kind.DOCKER), kinds(true));
    }

    @ParameterizedTest
    @CsvSource({
        "run/docker.sock, '', DOCKER",
        "proc/7/comm, dockerd, DOCKER",
        "proc/sys/net/ipv4/ip_forward, 1, FORWARDING",
        "proc/sys/net/ipv6/conf/all/forwarding, 1, FORWARDING",
        "sys/fs/cgroup/system.slice/firewalld.service, '', FIREWALLD",
        "run/firewalld.pid, 12, FIREWALLD",
        "proc/12/comm, firewalld, FIREWALLD",
        "etc/iptables/rules.v4, :tcptracker - [0:0], SAVED_RULES",
        "etc/ufw/ufw.conf, ENABLED=yes, UFW"
    })
    void oneFileTells(String file, String content, Kind kind) throws IOException {
        write(file, content);
        assertEquals(List.of(kind), kinds(false));
    }

    @ParameterizedTest
    @CsvSource({
        "proc/sys/net/ipv4/ip_forward, 0",
        "proc/12/comm, firewalldoor",
        "etc/iptables/rules.v4, -A INPUT -j ACCEPT",
        "etc/ufw/ufw.conf, ENABLED=no",
        "etc/nftables.conf, flush ruleset"
    })
    void otherContentTellsNothing(String file, String content) throws IOException {
        write(file, content);
        assertEquals(List.of(), kinds(false));
    }

    @Test
    void nftablesServiceMattersIfItIsEnabledAndFlushes() throws IOException {
        write("etc/systemd/system/sysinit.target.wants/nftables.service", "");
        assertEquals(List.of(), kinds(false));
        write("etc/nftables.conf", "#!/usr/sbin/nft -f\nflush ruleset\n");
        assertEquals(List.of(Kind.NFTABLES_SERVICE), kinds(false));
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private List<Kind> kinds(boolean dockerChains) {
        return new FirewallWarnings(root)
                .all(dockerChains).stream().map(FirewallWarning::kind).toList();
    }
}
