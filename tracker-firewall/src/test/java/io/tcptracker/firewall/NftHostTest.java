package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.nft.NftTables;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts on which there is nft, but no iptables. */
@Needs(
        namespaces = true,
        programs = {"nft", "iptables-legacy", "setpriv"})
@Timeout(120)
class NftHostTest extends NftTables {
    @Test
    void blocksWithNftWhereThereIsNoIptablesAndSaysWhy() throws IOException {
        KeptFirewall firewall = open(BackendChoice.AUTO);
        assertTrue(
                firewall.description()
                        .matches("nft \\d+\\.\\d+(\\.\\d+)*, IPv4 and IPv6, as iptables is not installed"),
                firewall::description);
        firewall.replace(List.of(ban(Network.PEER, 0)), NOBODY);
        assertTrue(attach().isKept());
        assertEquals(List.of(ban(Network.PEER, 0)), attach().bans());
        assertRefused(Kind.IN_USE, "another tcptracker", () -> open(BackendChoice.NFT));
        firewall.leave();
        assertFalse(attach().isKept());
        assertEquals(List.of(ban(Network.PEER, 0)), attach().bans());
        attach().close();
        assertEquals("", nft("list tables"));
    }

    @Test
    void refusesAMissingToolOnceItIsAskedFor() {
        assertRefused(Kind.NOT_INSTALLED, "iptables is not installed", () -> open(BackendChoice.IPSET));
        assertRefused(Kind.NOT_INSTALLED, "iptables is not installed", () -> open(BackendChoice.IPTABLES));
    }

    @Test
    void refusesForTheReasonThatMatters() throws IOException {
        HostEnvironment host = host(network.onHost("setpriv", "--inh-caps=-all", "--bounding-set=-all"));
        for (BackendChoice kind : List.of(BackendChoice.AUTO, BackendChoice.NFT)) {
            assertRefused(
                    Kind.NOT_PERMITTED, "CAP_NET_ADMIN", () -> NamespaceFirewall.open(host, kind, Protection.HOST));
        }
        assertRefused(Kind.NOT_PERMITTED, "CAP_NET_ADMIN", () -> NamespaceFirewall.attach(host));
        Files.delete(directory.resolve("nft"));
        assertRefused(Kind.NOT_INSTALLED, "iptables is not installed", () -> open(BackendChoice.AUTO));
        assertRefused(Kind.NOT_INSTALLED, "nft is not installed", () -> open(BackendChoice.NFT));
        assertRefused(Kind.NOT_INSTALLED, "iptables is not installed", this::attach);
    }

    @Test
    void warnsOfUnprotectedTraffic() throws IOException {
        assertEquals(List.of(), open(BackendChoice.NFT).warnings());
        Files.createDirectories(directory.resolve("run"));
        Files.createFile(directory.resolve("run/firewalld.pid"));
        assertEquals(List.of(), attach().warnings(), "which leaves our table alone");
        Files.createDirectories(directory.resolve("proc/sys/net/ipv4"));
        Files.writeString(directory.resolve("proc/sys/net/ipv4/ip_forward"), "1\n");
        assertSays("forwards traffic", attach().warnings().get(0).text());
        nft("add table ip filter", "add chain ip filter DOCKER-USER");
        assertSays("Docker runs here", attach().warnings().get(0).text());
        attach().replace(List.of(), NOBODY);
        assertEquals(1, attach().warnings().size());
    }

    @Test
    void leavesOutWarningsOfCoveredTraffic() throws IOException {
        nft("add table ip filter", "add chain ip filter DOCKER-USER");
        KeptFirewall firewall = open(BackendChoice.NFT, Protection.ALL);
        assertEquals(List.of(), firewall.warnings());
        firewall.replace(List.of(), NOBODY);
        assertEquals(List.of(), attach().warnings());
    }

    @Test
    void doesNotMakeLegacyTablesOnlyToSeeWhetherThereAreAny() throws IOException {
        for (String tool : List.of("iptables", "iptables-restore", "ip6tables", "ip6tables-restore")) {
            install(tool, tool.replace("tables", "tables-legacy"));
        }
        KeptFirewall firewall = open(BackendChoice.NFT);
        firewall.replace(List.of(ban(Network.PEER, 0)), NOBODY);
        assertEquals(1, attach().bans().size());
        assertFalse(Shell.run(network.onHost("cat", "/proc/net/ip_tables_names"))
                .orThrow()
                .contains("filter"));
    }
}
