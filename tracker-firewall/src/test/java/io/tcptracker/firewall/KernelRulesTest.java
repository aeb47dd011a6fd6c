package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that we make, and those that we leave alone, with either variant of iptables. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "ipset", "setpriv", "nft"})
@ParameterizedClass
@ValueSource(strings = {"nft", "legacy"})
@Timeout(120)
class KernelRulesTest extends KernelTables {
    KernelRulesTest(String variant) {
        super(variant);
    }

    @Test
    void saysWhichVariantItIs() throws IOException {
        String expected = variant.equals("nft") ? "(nf_tables), IPv4 and IPv6" : "(legacy), IPv4 and IPv6";
        assertSays(expected, attach().description());
    }

    @Test
    void keepsForeignRulesAndLeavesThemExactlyAsTheyWere() throws IOException {
        for (String tool : TOOLS) {
            run(tool, "-P", "INPUT", "DROP");
            run(tool, "-N", "mine");
            run(tool, "-A", "INPUT", "-i", "lo", "-j", "ACCEPT");
            run(
                    tool,
                    "-A",
                    "INPUT",
                    "-p",
                    "tcp",
                    "--dport",
                    "22",
                    "-m",
                    "comment",
                    "--comment",
                    "a \"b\" é",
                    "-j",
                    "mine");
            run(tool, "-A", "mine", "-m", "conntrack", "--ctstate", "NEW", "-j", "ACCEPT");
        }
        String before = rules();
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1)), NOBODY);
        firewall.add(List.of(ban(Network.OTHER, 2)));
        List<String> ours =
                rules().lines().filter(rule -> rule.contains("tcptracker")).toList();
        assertEquals(before, without(rules(), ours), "foreign rules while ours are there");
        assertEquals(2 + 2 + 8 + 3, ours.size(), () -> "two chains, two jumps, exemptions, three bans: " + ours);
        firewall.close();
        assertEquals(before, rules(), "after close");
    }

    @Test
    void replacingWithTheSameMakesTheSameRules() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1)), NOBODY);
        String once = rules();
        firewall.replace(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1)), NOBODY);
        assertEquals(once, rules());
    }

    @Test
    void putsOneJumpFirstAfterAnyForeignChange() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(), NOBODY);
        for (String tool : TOOLS) {
            run(tool, "-I", "INPUT", "1", "-p", "tcp", "-j", "ACCEPT");
            run(tool, "-A", "INPUT", "-m", "state", "--state", "NEW", "-j", "tcptracker");
            run(tool, "-A", "INPUT", "-m", "comment", "--comment", "my \"own\" é", "-j", "tcptracker");
            run(tool, "-A", "INPUT", "-g", "tcptracker");
        }
        firewall.replace(List.of(), NOBODY);
        for (String tool : TOOLS) {
            assertEquals("-P INPUT ACCEPT\n" + JUMP + "\n-A INPUT -p tcp -j ACCEPT\n", run(tool, "-S", "INPUT"));
        }
    }

    @Test
    void warnsOfDockerUnlessItIsCovered() throws IOException {
        assertEquals(List.of(), open(BackendChoice.IPTABLES).warnings());
        run("ip6tables", "-N", "DOCKER-USER");
        assertSays("Docker runs here", attach().warnings().get(0).text());
        run("ip6tables", "-X", "DOCKER-USER");
    }

    @Test
    void takesAwaySetsThatAnEarlierRunLeft() throws IOException {
        KeptFirewall sets = open(BackendChoice.IPSET);
        sets.replace(List.of(ban(Network.PEER, 0)), NOBODY);
        sets.leave();
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(ban(Network.OTHER, 0)), NOBODY);
        assertSays("plain rules", attach().description());
        firewall.close();
        assertEquals("", ipset("list", "-n"));
    }

    @Test
    void noticesThatTheChainIsGoneAndPutsItUpAgain() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(ban(Network.PEER, 0)), NOBODY);
        for (String tool : TOOLS) {
            run(tool, "-F");
            run(tool, "-X");
        }
        assertRefused(Kind.CHAIN_GONE, "finds no chain tcptracker", () -> firewall.add(List.of(ban(Network.OTHER, 1))));
        assertRefused(
                Kind.CHAIN_GONE, "finds no chain tcptracker", () -> firewall.add(List.of(ban(Network.OTHER6, 1))));
        assertEquals(List.of(), firewall.bans());
        firewall.replace(List.of(ban(Network.OTHER, 1)), NOBODY);
        assertEquals(List.of(ban(Network.OTHER, 1)), firewall.bans());
    }

    @Test
    void refusesATableThatHoldsNativeRules() throws IOException {
        for (String line : List.of(
                "add table ip filter",
                "add chain ip filter INPUT { type filter hook input priority 0 ; }",
                "add rule ip filter INPUT ct state new meter m { ip saddr limit rate 5/second } accept")) {
            Shell.run(network.onHost("nft", line)).orThrow();
        }
        if (variant.equals("nft")) {
            assertRefused(Kind.UNAVAILABLE, "nft list table ip filter", () -> open(BackendChoice.IPTABLES));
        } else {
            // Its tables are others.
            open(BackendChoice.IPTABLES).replace(List.of(), NOBODY);
        }
    }

    @Test
    void closesOverTheRemainsOfAnotherProgram() throws IOException {
        String before = rules();
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0)), NOBODY);
        run("iptables", "-F", "INPUT");
        run("ip6tables", "-F");
        run("ip6tables", "-X");
        firewall.close();
        assertEquals(before, rules());
        attach().close();
        assertEquals(before, rules(), "with nothing there");
    }

    @Test
    void liftsBansButNamesAForeignRuleThatHoldsTheChain() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0)), NOBODY);
        run("iptables", "-A", "FORWARD", "-i", "docker0", "-j", "tcptracker");
        assertRefused(
                Kind.FAILED, "iptables -D FORWARD -i docker0 -j tcptracker && iptables -X tcptracker", firewall::close);
        List<String> left =
                rules().lines().filter(rule -> rule.contains("tcptracker")).toList();
        assertEquals(List.of("-N tcptracker", "-A FORWARD -i docker0 -j tcptracker"), left);
        run("iptables", "-F", "FORWARD");
        attach().close();
        assertEquals(
                "",
                String.join(
                        "\n",
                        rules().lines()
                                .filter(rule -> rule.contains("tcptracker"))
                                .toList()));
    }

    @Test
    void refusesWithoutPrivilege() {
        String[] drop = {"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"};
        assertRefused(
                Kind.NOT_PERMITTED,
                "CAP_NET_ADMIN and CAP_NET_RAW",
                () -> NamespaceFirewall.open(host(network.onHost(drop)), BackendChoice.AUTO, Protection.HOST));
    }

    private static String without(String rules, List<String> some) {
        return String.join(
                "",
                rules.lines()
                        .filter(rule -> !some.contains(rule))
                        .flatMap(rule -> Stream.of(rule, "\n"))
                        .toList());
    }
}
