package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bans as rules, one for each, where there are no sets; and changes that rules and sets share. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "ipset"})
@ParameterizedClass
@ValueSource(strings = {"nft", "legacy"})
@Timeout(120)
class KernelBanRulesTest extends KernelTables {
    KernelBanRulesTest(String variant) {
        super(variant);
    }

    @ParameterizedTest
    @EnumSource(names = {"IPTABLES", "IPSET"})
    void replacesABanAndLiftsOthersByTheirExactPrefix(BackendChoice kept) throws IOException {
        KeptFirewall firewall = open(kept);
        firewall.replace(List.of(ban(Network.PEER, 0), ban("10.98.0.0/24", 1), ban("10.98.0.0/30", 2)), NOBODY);
        Ban again = new Ban(Prefix.parse(Network.PEER), START.plusSeconds(3), Duration.ofHours(1), 2, "again; $x");
        firewall.add(List.of(again, ban(Network.PEER6, 4)));
        assertEquals(
                List.of(ban("10.98.0.0/24", 1), ban("10.98.0.0/30", 2), again, ban(Network.PEER6, 4)), firewall.bans());
        firewall.lift(List.of(
                Prefix.parse("10.98.0.0/24"),
                Prefix.parse("10.98.0.0/16"),
                ban(Network.PEER6, 4).source()));
        assertEquals(List.of(ban("10.98.0.0/30", 2), again), firewall.bans());
        assertEquals(Condition.INTACT, firewall.check());
    }

    @Test
    void hasRoomForABoundedNumber() throws IOException {
        List<Ban> bans = IntStream.range(0, 2_001)
                .mapToObj(i -> ban(IpAddress.v4(0x0a000000 + i).toString(), i))
                .toList();
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(bans.subList(0, 1_999), NOBODY);
        assertRefused(Kind.FULL, "2000 bans", () -> firewall.add(bans.subList(1_998, 2_001)));
        assertEquals(bans.subList(0, 2_000), firewall.bans(), "the others went in");
        assertRefused(Kind.FULL, "2000 bans", () -> firewall.replace(bans, NOBODY));
        assertEquals(bans.subList(0, 2_000), firewall.bans());
        assertEquals(Condition.INTACT, firewall.check());
    }

    @Test
    void exemptsWithRulesInFrontOfAllBans() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        firewall.replace(List.of(ban("10.98.0.0/24", 0)), NOBODY);
        firewall.allow(AllowList.of(List.of(Prefix.parse(Network.PEER), Prefix.parse(Network.PEER6))));
        assertTrue(Pattern.compile(
                        "-s 10.98.0.2/32 -m comment --comment allowed -j RETURN\n-A tcptracker -s 10.98.0.0/24 -m comment .* -j DROP\n$")
                .matcher(run("iptables", "-S", "tcptracker"))
                .find());
        assertEquals(Condition.INTACT, firewall.check());
        assertTrue(
                firewall.allowed()
                        .containsAll(List.of(
                                new AllowList.Entry(Prefix.parse("127.0.0.0/8"), "loopback"),
                                new AllowList.Entry(Prefix.parse(Network.PEER), "allowed"),
                                new AllowList.Entry(Prefix.parse(Network.PEER6), "allowed"))),
                () -> rules());
        firewall.allow(NOBODY);
        assertFalse(rules().contains(Network.PEER + "/32"));
    }

    @Test
    void listsTheBansInForceAlone() throws IOException {
        KeptFirewall firewall = open(BackendChoice.IPTABLES);
        assertEquals(List.of(), firewall.bans(), "without a chain");
        firewall.replace(List.of(ban("10.0.0.0/8", 3), ban("2001:db8::/32", 2), ban(Network.PEER6, 1)), NOBODY);
        firewall.add(List.of(ban(Network.PEER, 0)));
        assertEquals(
                List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1), ban("2001:db8::/32", 2), ban("10.0.0.0/8", 3)),
                firewall.bans());
        firewall.replace(List.of(ban(Network.OTHER6, 4)), NOBODY);
        assertEquals(List.of(ban(Network.OTHER6, 4)), firewall.bans());
        run("iptables", "-A", "tcptracker", "-s", Network.OTHER, "-j", "REJECT");
        Ban byHand = new Ban(Prefix.parse(Network.OTHER), Instant.EPOCH, Duration.ZERO);
        assertEquals(List.of(byHand, ban(Network.OTHER6, 4)), firewall.bans());
    }

    @ParameterizedTest
    @EnumSource(names = {"IPTABLES", "IPSET"})
    void addsAndLiftsAThousandAtOnce(BackendChoice kept) throws IOException {
        List<Ban> bans = IntStream.range(0, 1_000)
                .mapToObj(i -> ban(IpAddress.v4(0x0a000000 + i).toString(), i))
                .toList();
        KeptFirewall firewall = open(kept);
        firewall.replace(List.of(), NOBODY);
        firewall.add(bans);
        assertEquals(bans, firewall.bans());
        firewall.lift(bans.stream().map(Ban::source).toList());
        assertEquals(List.of(), firewall.bans());
    }
}
