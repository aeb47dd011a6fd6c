package io.tcptracker.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What others can do to a firewall that is kept, how it is noticed, and that it is whole again when put up again. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "ipset"})
@ParameterizedClass
@CsvSource({"nft, IPSET", "legacy, IPTABLES"})
@Timeout(120)
class KernelDamageTest extends KernelTables {
    private static final List<Ban> BANS = List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1));

    private final BackendChoice kind;

    KernelDamageTest(String variant, BackendChoice kind) {
        super(variant);
        this.kind = kind;
    }

    @Test
    void isIntactUntilAForeignChange() throws IOException {
        KeptFirewall firewall = open(kind);
        assertDamaged("the chain is gone (iptables)", firewall);
        firewall.add(List.of(ban(Network.OTHER, 2)));
        firewall.lift(List.of(BANS.get(0).source()));
        firewall.allow(NOBODY);
        assertEquals(Condition.INTACT, firewall.check(), "changes of its own");

        run("ip6tables", "-I", "INPUT", "-j", "ACCEPT");
        assertDamaged("the jump is not first in INPUT (ip6tables)", firewall);
        run("iptables", "-D", "INPUT", "1");
        assertDamaged("the jump is not first in INPUT (iptables)", firewall);
        run("iptables", "-F", "tcptracker");
        assertDamaged("the rules of the chain were changed (iptables)", firewall);
        run("iptables", "-I", "tcptracker", "-j", "ACCEPT");
        assertDamaged("the rules of the chain were changed (iptables)", firewall);
        run("ip6tables", "-A", "tcptracker", "-s", "2001:db8::99", "-j", "DROP");
        assertDamaged("the rules of the chain were changed (ip6tables)", firewall);
        run("ip6tables", "-F");
        run("ip6tables", "-X");
        assertDamaged("the chain is gone (ip6tables)", firewall);
        run("iptables", "-F");
        assertDamaged("the jump is not first in INPUT (iptables)", firewall);
    }

    @Test
    void noticesThatBansAreGone() throws IOException {
        KeptFirewall firewall = open(kind);
        firewall.replace(BANS, NOBODY);
        if (kind == BackendChoice.IPTABLES) {
            run("ip6tables", "-D", "tcptracker", "5");
            assertDamaged("bans are gone from the chain (1)", firewall);
        } else {
            ipset("flush", "tcptracker6");
            assertDamaged("bans are gone from the set tcptracker6 (1)", firewall);
            ipset("create", "other", "hash:net");
            ipset("swap", "other", "tcptracker4");
            assertDamaged("the set tcptracker4 is not the one we made", firewall);
            run("iptables", "-F", "tcptracker");
            ipset("destroy", "tcptracker4");
            run("iptables", "-F");
            assertDamaged("the jump is not first in INPUT (iptables)", firewall);
        }
    }

    private static void assertDamaged(String detail, KeptFirewall firewall) throws IOException {
        assertEquals(new Condition(State.DAMAGED, detail), firewall.check());
        firewall.replace(BANS, NOBODY);
        assertEquals(Condition.INTACT, firewall.check());
        assertEquals(BANS, firewall.bans());
    }

    @Test
    void saysOnceThatBansWereChangedByHand() throws IOException {
        KeptFirewall firewall = open(kind);
        firewall.replace(BANS, NOBODY);
        KeptFirewall byHand = attach();
        assertTrue(byHand.isKept());
        byHand.lift(BANS.stream().map(Ban::source).toList());
        assertEquals(State.CHANGED_MANUALLY, firewall.check().state());
        assertEquals(Condition.INTACT, firewall.check());
        byHand.add(List.of(ban(Network.OTHER, 2)));
        byHand.add(List.of(ban(Network.OTHER6, 3)));
        byHand.lift(List.of(Prefix.parse(Network.OTHER6)));
        assertEquals(State.CHANGED_MANUALLY, firewall.check().state());
        assertEquals(Condition.INTACT, firewall.check());
        assertEquals(List.of(ban(Network.OTHER, 2)), firewall.bans());
        assertEquals(Condition.INTACT, firewall.check());
        assertEquals(Condition.INTACT, byHand.check());
        firewall.add(BANS);
        assertEquals(Condition.INTACT, firewall.check(), "a change of its own");
        firewall.replace(BANS, NOBODY);
        assertEquals(Condition.INTACT, firewall.check(), "a change of its own");
        byHand.replace(List.of(), NOBODY);
        assertEquals(State.CHANGED_MANUALLY, firewall.check().state());
        assertEquals(List.of(), firewall.bans());
    }

    @Test
    void keepsManualChangesRightBeforeDamage() throws IOException {
        KeptFirewall firewall = open(kind);
        firewall.replace(BANS, NOBODY);
        attach().lift(prefixes(Network.PEER));
        attach().add(List.of(ban(Network.OTHER, 3)));
        run("iptables", "-I", "INPUT", "-j", "ACCEPT");
        assertEquals(State.DAMAGED, firewall.check().state());
        List<Ban> changed = List.of(BANS.get(1), ban(Network.OTHER, 3));
        assertEquals(changed, List.copyOf(firewall.replace(BANS, NOBODY)));
        assertEquals(changed, attach().bans());
        assertEquals(changed, firewall.bans());
        assertEquals(Condition.INTACT, firewall.check());
        firewall.replace(BANS, NOBODY);
        assertEquals(BANS, firewall.bans(), "from now on it is the tracker's own wish");
    }

    @Test
    void keepsManualBansFromBeforeTheChainWasGone() throws IOException {
        KeptFirewall firewall = open(kind);
        firewall.replace(BANS, NOBODY);
        attach().add(List.of(ban(Network.OTHER, 2), ban(Network.OTHER6, 3)));
        // As a reload of firewalld does.
        run("iptables", "-F");
        run("iptables", "-X");
        List<Ban> inForce = List.copyOf(firewall.replace(BANS, AllowList.of(prefixes(Network.OTHER6))));
        assertEquals(inForce, firewall.bans());
        if (kind == BackendChoice.IPSET) {
            assertEquals(List.of(BANS.get(0), BANS.get(1), ban(Network.OTHER, 2)), inForce);
        } else {
            assertEquals(BANS, firewall.bans(), "what went with the chain");
        }
        assertEquals(Condition.INTACT, firewall.check());
    }

    @Test
    void takesNoForeignRuleForAManualBan() throws IOException {
        KeptFirewall firewall = open(kind);
        firewall.replace(BANS, NOBODY);
        run("iptables", "-I", "tcptracker", "-j", "DROP");
        assertDamaged("the rules of the chain were changed (iptables)", firewall);
    }
}
