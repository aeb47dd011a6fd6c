package io.tcptracker.firewall.nft;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.BackendChoice;
import io.tcptracker.firewall.KeptFirewall;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we notice of the changes that others make to the table. */
@Needs(namespaces = true, programs = "nft")
@Timeout(120)
class NftCheckTest extends NftTables {
    @Test
    void noticesThatTheTableIsGoneAndPutsBackEveryBan() throws IOException {
        KeptFirewall firewall = nft();
        List<Ban> bans = List.of(ban(Network.PEER, 0), ban("10.3.0.0/16", 1), ban(Network.PEER6, 2));
        assertSays("inet tcptracker is gone", damage(firewall));
        firewall.replace(bans, NOBODY);
        assertEquals(Condition.INTACT, firewall.check());
        nft("flush ruleset");
        assertSays("inet tcptracker is gone", damage(firewall));
        assertRefused(Kind.CHAIN_GONE, "is gone", () -> firewall.add(List.of(ban(Network.OTHER, 0))));
        assertRefused(Kind.CHAIN_GONE, "is gone", () -> firewall.add(List.of(ban("10.4.4.0/24", 0))));
        assertRefused(Kind.CHAIN_GONE, "is gone", () -> firewall.lift(prefixes(Network.OTHER)));
        assertRefused(Kind.CHAIN_GONE, "is gone", () -> firewall.allow(NOBODY));
        assertEquals(List.of(), firewall.bans());
        firewall.replace(bans, NOBODY);
        assertEquals(Condition.INTACT, firewall.check());
        assertEquals(bans, firewall.bans());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    flush chain inet tcptracker input                                                         | chain input was changed
                    insert rule inet tcptracker bans accept                                                   | chain bans was changed
                    add rule inet tcptracker input accept                                                     | chain input was changed
                    flush chain inet tcptracker bans                                                          | chain bans was changed
                    flush chain inet tcptracker generation                                                    | chain generation was changed
                    chain inet tcptracker input { policy drop; }                                              | chain input was changed
                    flush chain inet tcptracker input; delete chain inet tcptracker input                     | chain input is gone
                    flush chain inet tcptracker bans; delete set inet tcptracker ban6_64                      | set ban6_64 is gone
                    flush chain inet tcptracker bans; delete set inet tcptracker ban4_24                      | set ban4_24 is gone
                    add table inet tcptracker { flags dormant; }                                              | flags dormant is not ours
                    add chain inet tcptracker more                                                            | chain more is not ours
                    add set inet tcptracker ban4_23 { type ipv4_addr; size 100000; flags timeout; }           | chain bans was changed
                    add set inet tcptracker ban4_33 { type ipv4_addr; }                                       | set ban4_33 is not ours
                    """)
    void noticesTheChangesOfAnotherProgram(String change, String detail) throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(ban("10.3.4.0/24", 0)), NOBODY);
        nft(change);
        assertSays(detail, damage(firewall));
        assertSays(detail, damage(firewall));
        firewall.replace(List.of(), NOBODY);
        assertEquals(Condition.INTACT, firewall.check());
    }

    @Test
    void seesChangesByHandOnceAndItsOwnNever() throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(), NOBODY);
        firewall.add(List.of(ban(Network.PEER, 0), ban("10.5.0.0/16", 0)));
        firewall.allow(AllowList.of(prefixes("192.0.2.1")));
        firewall.lift(prefixes(Network.PEER));
        assertEquals(Condition.INTACT, firewall.check());
        KeptFirewall hand = byHand();
        assertEquals(Condition.INTACT, hand.check());

        hand.add(List.of(ban(Network.OTHER, 0)));
        assertChangedOnce(firewall);
        hand.lift(prefixes(Network.OTHER));
        hand.lift(prefixes(Network.OTHER));
        assertChangedOnce(firewall);
        hand.allow(NOBODY);
        assertChangedOnce(firewall);
        hand.replace(List.of(ban(Network.PEER6, 0)), NOBODY);
        assertChangedOnce(firewall);
        assertEquals(List.of(ban(Network.PEER6, 0)), firewall.bans());
        assertEquals(Condition.INTACT, hand.check(), "what it did itself");
    }

    @Test
    void getsAlongWithLengthsThatWereBannedByHand() throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(), NOBODY);
        byHand().add(List.of(ban("10.0.0.0/9", 0)));
        firewall.add(List.of(ban("10.0.0.0/10", 1)));
        byHand().add(List.of(ban("10.0.0.0/11", 2)));
        assertChangedOnce(firewall);
        assertEquals(List.of(ban("10.0.0.0/9", 0), ban("10.0.0.0/10", 1), ban("10.0.0.0/11", 2)), firewall.bans());
        byHand().add(List.of(ban("10.0.0.0/12", 3)));
        firewall.lift(prefixes("10.0.0.0/9", "10.0.0.0/12"));
        assertEquals(List.of(ban("10.0.0.0/10", 1), ban("10.0.0.0/11", 2)), firewall.bans());
    }

    @Test
    void keepsForwardedTrafficBlockedWhenChangedByHand() throws IOException {
        KeptFirewall firewall = nft(100_000, true);
        firewall.replace(List.of(), NOBODY);
        byHand().replace(List.of(ban(Network.PEER, 0)), NOBODY);
        assertChangedOnce(firewall);
        KeptFirewall next = nft(100_000, false);
        assertSays("chain forward is not ours", damage(next));
    }

    @Test
    void takesOverBansOfAnEarlierRun() throws IOException {
        KeptFirewall first = nft();
        first.replace(List.of(ban(Network.PEER, 0), ban("10.5.0.0/16", 1)), NOBODY);
        first.leave();
        KeptFirewall next = nft();
        assertEquals(Condition.INTACT, next.check());
        next.add(List.of(ban(Network.OTHER, 2)));
        assertEquals(List.of(ban(Network.PEER, 0), ban("10.5.0.0/16", 1), ban(Network.OTHER, 2)), next.bans());
    }

    @Test
    void bansThoughTheNftThatIsKeptOpenIsKilled() throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(), NOBODY);
        for (int i = 0; i < 40; i += 2) {
            // Not awaited: it may end before, while or after it is told.
            NftStandIn.kept().ifPresent(ProcessHandle::destroyForcibly);
            firewall.add(List.of(ban("192.0.2." + i, i)));
            firewall.add(List.of(ban("192.0.3." + i, i)));
        }
        assertEquals(40, firewall.bans().size());
    }

    @Test
    void keepsManualChangesRightBeforeDamage() throws IOException {
        KeptFirewall firewall = open(BackendChoice.NFT);
        List<Ban> bans = List.of(ban(Network.PEER, 0), ban("10.7.0.0/16", 1));
        firewall.replace(bans, NOBODY);
        attach().lift(prefixes(Network.PEER));
        attach().add(List.of(ban(Network.OTHER, 3)));
        nft("insert rule inet tcptracker bans accept");
        assertEquals(State.DAMAGED, firewall.check().state());
        List<Ban> changed = List.of(bans.get(1), ban(Network.OTHER, 3));
        assertEquals(changed, List.copyOf(firewall.replace(bans, NOBODY)));
        assertEquals(changed, attach().bans());
        assertEquals(changed, firewall.bans());
        assertEquals(Condition.INTACT, firewall.check());
        firewall.replace(bans, NOBODY);
        assertEquals(bans, firewall.bans(), "from now on it is the tracker's own wish");
    }

    private static String damage(KeptFirewall firewall) throws IOException {
        Condition condition = firewall.check();
        assertEquals(State.DAMAGED, condition.state(), condition::detail);
        return condition.detail();
    }

    private static void assertChangedOnce(KeptFirewall firewall) throws IOException {
        assertEquals(State.CHANGED_MANUALLY, firewall.check().state());
        assertEquals(Condition.INTACT, firewall.check());
    }
}
