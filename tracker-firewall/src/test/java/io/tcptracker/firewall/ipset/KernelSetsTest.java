package io.tcptracker.firewall.ipset;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.BackendChoice;
import io.tcptracker.firewall.KeptFirewall;
import io.tcptracker.firewall.KernelTables;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The sets that bans are kept in, and what becomes of them in the hands of others. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "ipset"})
@ParameterizedClass
@ValueSource(strings = {"nft", "legacy"})
@Timeout(120)
class KernelSetsTest extends KernelTables {
    private static final Ban ONE = ban(Network.PEER, 0);
    private static final Ban SIX = ban(Network.PEER6, 1);
    private static final Ban NET =
            new Ban(Prefix.parse("2001:db8::/64"), START.plusSeconds(2), Duration.ZERO, 7, "a (b) $c; d");

    KernelSetsTest(String variant) {
        super(variant);
    }

    @Test
    void isChosenWhereItWorksAndLeavesNothingOfTheProbe() throws IOException {
        String before = rules();
        assertSays(") with ipset 7", open(BackendChoice.AUTO).description());
        assertEquals(before, rules());
        assertEquals("", ipset("list", "-n"));
    }

    @Test
    void makesTwoRulesForAnyNumberOfBans() throws IOException {
        open(BackendChoice.IPSET).replace(List.of(ONE, SIX, NET), NOBODY);
        assertEquals(
                "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-N tcptracker\n" + JUMP + "\n"
                        + "-A tcptracker -m set --match-set tcptracker-allow4 src -m comment --comment"
                        + " \"generation=0\" -j RETURN\n"
                        + "-A tcptracker -m set --match-set tcptracker4 src -j DROP\n",
                run("iptables", "-S"));
    }

    @Test
    void listsTheSameBansToEachTracker() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        firewall.replace(List.of(SIX), NOBODY);
        firewall.add(List.of(ONE, NET));
        assertEquals(List.of(ONE, SIX, NET), firewall.bans());
        assertEquals(List.of(ONE, SIX, NET), attach().bans());
        firewall.leave();
        assertEquals(List.of(ONE, SIX, NET), open(BackendChoice.IPSET).bans(), "taken over by the next");
    }

    @Test
    void letsTheKernelEndBans() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        Ban brief = new Ban(ONE.source(), START, Duration.ofSeconds(1));
        firewall.replace(List.of(brief), NOBODY);
        firewall.add(List.of(new Ban(SIX.source(), START, Duration.ofSeconds(1)), ban(Network.OTHER, 0)));
        assertEquals(3, firewall.bans().size());
        while (firewall.bans().size() > 1) {
            // The kernel doesn't announce that an entry lapses.
            Thread.onSpinWait();
        }
        assertEquals(List.of(ban(Network.OTHER, 0)), firewall.bans());
        assertEquals(Condition.INTACT, firewall.check(), "nothing is missing");
    }

    @Test
    void putsUpNoBanWhoseTimeIsUpAndNoneTooLongForTheTool() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        Ban over = new Ban(ONE.source(), START.minusSeconds(60), Duration.ofSeconds(59));
        Ban aYear = new Ban(SIX.source(), START, Duration.ofDays(365));
        firewall.replace(List.of(over, aYear), NOBODY);
        assertEquals(List.of(aYear), firewall.bans());
        firewall.add(List.of(ONE));
        firewall.add(List.of(over));
        assertEquals(List.of(aYear), firewall.bans(), "the later one of a source counts");
        assertSays("timeout 21474", ipset("save", "tcptracker6"));
    }

    @Test
    void exemptsPrefixesOfAnyLength() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        firewall.replace(List.of(), AllowList.of(List.of(Prefix.parse("0.0.0.0/0"), Prefix.parse("2001:db8::/32"))));
        assertSays("add tcptracker-allow4 128.0.0.0/1", ipset("save", "tcptracker-allow4"));
        assertSays("add tcptracker-allow6 2001:db8::/32", ipset("save", "tcptracker-allow6"));
        firewall.allow(NOBODY);
        assertFalse(ipset("save").contains("128.0.0.0/1"), "no longer exempt");
        assertEquals(4, ipset("list", "-n").lines().count());
    }

    @Test
    void sparesForeignSetsAndTakesAwayItsOwn() throws IOException {
        ipset("create", "mine", "hash:ip");
        String before = rules();
        KeptFirewall firewall = open(BackendChoice.IPSET);
        firewall.replace(List.of(ONE, SIX), NOBODY);
        firewall.close();
        assertEquals(before, rules());
        assertEquals("mine\n", ipset("list", "-n"));
        attach().close();
        assertEquals("mine\n", ipset("list", "-n"), "with nothing there");
    }

    @Test
    void takesEverythingAwayAfterAReloadOfAnotherFirewall() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        firewall.replace(List.of(ONE, SIX), NOBODY);
        firewall.leave();
        assertFalse(attach().isKept());
        for (String tool : TOOLS) {
            run(tool, "-F");
            run(tool, "-X");
        }
        assertEquals(List.of(ONE, SIX), attach().bans());
        attach().close();
        assertEquals("", ipset("list", "-n"));
    }

    @Test
    void putsItsOwnInThePlaceOfSetsOfOtherOptionsOrTypes() throws IOException {
        ipset("create", "tcptracker4", "hash:net", "maxelem", "5");
        ipset("add", "tcptracker4", Network.OTHER);
        ipset("create", "tcptracker6", "hash:ip", "family", "inet6");
        ipset("create", "tcptracker-allow4-new", "hash:ip");
        KeptFirewall firewall = open(BackendChoice.IPSET);
        assertEquals(1, firewall.bans().size(), "of whom somebody banned before");
        firewall.replace(List.of(ONE, SIX), NOBODY);
        assertEquals(List.of(ONE, SIX), firewall.bans());
        assertEquals(Condition.INTACT, firewall.check());
        firewall.close();
        assertEquals("", ipset("list", "-n"));
    }

    @Test
    void namesTheRulesThatHoldASetOfAnotherType() throws IOException {
        ipset("create", "tcptracker4", "hash:ip");
        run("iptables", "-A", "INPUT", "-m", "set", "--match-set", "tcptracker4", "src", "-j", "DROP");
        KeptFirewall firewall = open(BackendChoice.IPSET);
        assertRefused(Kind.FAILED, "iptables-save | grep match-set", () -> firewall.replace(List.of(ONE), NOBODY));
    }

    @Test
    void restartsAHelperThatWasKilled() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        firewall.replace(List.of(), NOBODY);
        firewall.add(List.of(ONE));
        List<ProcessHandle> helpers = ProcessHandle.current()
                .children()
                .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                        .equals(List.of("-")))
                .toList();
        assertEquals(1, helpers.size(), "kept running");
        helpers.get(0).destroyForcibly();
        helpers.get(0).onExit().join();
        firewall.add(List.of(SIX));
        assertEquals(List.of(ONE, SIX), firewall.bans());
    }

    @Test
    void saysThatASetIsGone() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        firewall.replace(List.of(), NOBODY);
        run("iptables", "-F", "tcptracker");
        ipset("destroy", "tcptracker4");
        assertRefused(Kind.CHAIN_GONE, "puts it back", () -> firewall.add(List.of(ONE, SIX)));
        assertEquals(List.of(SIX), firewall.bans(), "the other family goes on");
        firewall.lift(List.of(ONE.source(), SIX.source()));
        assertEquals(List.of(), firewall.bans());
    }

    @Test
    void addsBansWhileThereIsRoomAndReportsTheOthers() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPSET);
        firewall.replace(List.of(ONE), NOBODY);
        ipset("create", "small", "hash:net", "maxelem", "3", "timeout", "0", "comment");
        ipset("swap", "small", "tcptracker4");
        List<Ban> bans =
                IntStream.range(0, 5).mapToObj(i -> ban("192.0.2." + i, i)).toList();
        assertRefused(Kind.FULL, "192.0.2.3", () -> firewall.add(bans));
        firewall.add(List.of(SIX));
        assertRefused(Kind.FULL, "192.0.2.4", () -> firewall.add(List.of(bans.get(4), bans.get(0))));
        assertEquals(4, firewall.bans().size(), "three and the one of the other family");
        firewall.lift(List.of(bans.get(0).source()));
        firewall.add(List.of(bans.get(4)));
    }

    @Test
    void takesOverBansThatWereRules() throws IOException {
        KeptFirewall plain = open(BackendChoice.IPTABLES);
        plain.replace(List.of(ONE, SIX), NOBODY);
        plain.leave();
        KeptFirewall firewall = open(BackendChoice.IPSET);
        assertEquals(List.of(ONE, SIX), firewall.bans());
        firewall.replace(firewall.bans(), NOBODY);
        assertEquals(List.of(ONE, SIX), firewall.bans());
        assertSays("with ipset", attach().description());
    }
}
