package io.tcptracker.firewall.nft;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.BackendChoice;
import io.tcptracker.firewall.KeptFirewall;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table that we make, and those that we leave alone. */
@Needs(namespaces = true, programs = "nft")
@Timeout(120)
class NftKernelTest extends NftTables {
    private static final String ALL_SIGNS = IntStream.rangeClosed(' ', '~')
            .filter(sign -> "\"'\\".indexOf(sign) < 0)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());

    @Test
    void leavesOtherTablesExactlyAsTheyWere() throws IOException {
        nft(
                "add table inet filter",
                "add chain inet filter input { type filter hook input priority 0; policy drop; }",
                "add rule inet filter input ct state established accept comment \"tcptracker\"");
        String before = nft("list ruleset");
        KeptFirewall firewall = nft();
        assertEquals(before, nft("list ruleset"), "opened, but not told to change anything");
        firewall.replace(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0)), NOBODY);
        firewall.add(List.of(ban(Network.OTHER, 0)));
        assertEquals("table inet filter\ntable inet tcptracker\n", nft("list tables"));
        firewall.close();
        assertEquals(before, nft("list ruleset"), "closed");
    }

    @Test
    void listsTheBansInForceAlone() throws IOException {
        KeptFirewall firewall = nft();
        assertEquals(List.of(), firewall.bans(), "without a table");
        firewall.replace(
                List.of(ban("10.0.0.0/8", 3), ban("2001:db8::/32", 2), ban(Network.PEER6, 1)),
                AllowList.of(prefixes("192.0.2.0/24")));
        firewall.add(List.of(ban(Network.PEER, 0)));
        assertEquals(
                List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1), ban("2001:db8::/32", 2), ban("10.0.0.0/8", 3)),
                firewall.bans());
        firewall.replace(List.of(ban(Network.OTHER6, 4)), NOBODY);
        assertEquals(List.of(ban(Network.OTHER6, 4)), byHand().bans(), "by whoever asks");
    }

    @Test
    void takesPrefixesWithinEachOtherOfEveryLength() throws IOException {
        List<Ban> v4 = IntStream.rangeClosed(0, 32)
                .mapToObj(length -> ban("128.0.0.0/" + Math.max(1, length), length))
                .skip(1)
                .toList();
        List<Ban> v6 = IntStream.rangeClosed(1, 128)
                .mapToObj(length -> ban("8000::/" + length, 32 + length))
                .toList();
        KeptFirewall firewall = nft();
        firewall.replace(v4, NOBODY);
        assertEquals(v4, firewall.bans());
        firewall.add(v6);
        assertEquals(v6, firewall.bans().subList(v4.size(), v4.size() + v6.size()));
        assertEquals(Condition.INTACT, firewall.check());
    }

    @Test
    void keepsCountAndReason() throws IOException {
        List<Ban> bans = List.of(
                new Ban(Prefix.parse(Network.PEER), START, Duration.ofDays(7), 12, ALL_SIGNS),
                new Ban(
                        Prefix.parse(Network.OTHER),
                        START.plusMillis(1),
                        Duration.ZERO,
                        1,
                        "  two spaces, a } and a ;  "),
                new Ban(Prefix.parse(Network.PEER6), START.plusMillis(2), Duration.ZERO));
        KeptFirewall firewall = nft();
        firewall.replace(bans, NOBODY);
        assertEquals(bans, firewall.bans(), "written as a whole");
        firewall.replace(List.of(), NOBODY);
        for (Ban ban : bans) {
            firewall.add(List.of(ban));
        }
        assertEquals(bans, firewall.bans(), "written one by one");
    }

    @Test
    void aLaterBanOfASourceTakesThePlaceOfTheFormer() throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(ban(Network.PEER, 0)), NOBODY);
        Ban later = new Ban(Prefix.parse(Network.PEER), START, Duration.ofHours(3), 2, "again");
        firewall.add(List.of(ban(Network.PEER, 0), later));
        assertEquals(List.of(later), firewall.bans());
        assertSays("timeout 3h", nft("list table inet tcptracker"));
        Ban forGood = new Ban(Prefix.parse(Network.PEER), START, Duration.ZERO, 3, "");
        firewall.add(List.of(forGood));
        assertEquals(List.of(forGood), firewall.bans());
        assertFalse(nft("list table inet tcptracker").contains("expires"), "it is without end");
    }

    @Test
    void putsUpNoBanWhoseTimeIsUp() throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(ban(Network.PEER, -600), ban(Network.OTHER, -599)), NOBODY);
        assertEquals(List.of(ban(Network.OTHER, -599)), firewall.bans());
        firewall.add(List.of(ban(Network.OTHER, -600)));
        assertEquals(List.of(), firewall.bans(), "the later one takes the place of the former, but is over");
    }

    @Test
    void liftsThoseSourcesAlone() throws IOException {
        List<Ban> bans = List.of(
                ban("10.0.0.0/8", 0), ban("10.1.0.0/16", 1), ban("10.1.0.0", 2), ban("fd98:1::/64", 3), ban("::9", 4));
        KeptFirewall firewall = nft();
        firewall.replace(bans, NOBODY);
        firewall.lift(prefixes("10.1.0.0/16", "10.1.0.0/17", "10.2.0.0/16", "::8", "fd98:1::/64", "fd98:1::"));
        assertEquals(List.of(bans.get(0), bans.get(2), bans.get(4)), firewall.bans());
        firewall.lift(prefixes("10.1.0.0/16"));
        firewall.lift(List.of());
        assertEquals(3, firewall.bans().size());
    }

    @Test
    void saysThatItIsFullAndStillRefreshesAndLifts() throws IOException {
        KeptFirewall firewall = nft(3, false);
        List<Ban> bans = List.of(ban("192.0.2.0", 0), ban("192.0.2.1", 1), ban("192.0.2.2", 2));
        firewall.replace(List.of(), NOBODY);
        firewall.add(bans);
        assertRefused(Kind.FULL, "no room", () -> firewall.add(List.of(ban("192.0.2.3", 3))));
        assertRefused(
                Kind.FULL,
                "no room",
                () -> firewall.replace(
                        IntStream.range(0, 4).mapToObj(i -> ban("::" + i, i)).toList(), NOBODY));
        assertEquals(bans, firewall.bans(), "all of it is done, or nothing");
        firewall.add(List.of(ban("192.0.2.1", 4)));
        firewall.lift(prefixes("192.0.2.7", "192.0.2.0"));
        assertEquals(List.of(bans.get(2), ban("192.0.2.1", 4)), firewall.bans());
        assertEquals(3, firewall.capacity());
    }

    @Test
    void bansEndInTheKernel() throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(ban(Network.OTHER, 0)), NOBODY);
        Ban one = new Ban(Prefix.parse(Network.PEER), START, Duration.ofMillis(1200));
        Ban two = new Ban(Prefix.parse("10.0.0.0/16"), START, Duration.ofMillis(1200));
        firewall.add(List.of(one, two));
        assertTrue(firewall.bans().containsAll(List.of(one, two)));
        firewall.leave();
        while (firewall.bans().size() > 1) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(ban(Network.OTHER, 0)), firewall.bans());
        firewall.lift(prefixes(Network.PEER));
        firewall.add(List.of(two));
        assertEquals(2, firewall.bans().size(), "none of it is in the way");
    }

    @Test
    void listsEntriesOfOtherPrograms() throws IOException {
        KeptFirewall firewall = nft();
        firewall.replace(List.of(), NOBODY);
        nft(
                "add element inet tcptracker ban4_32 { 192.0.2.1, 192.0.2.2 comment \"no, not } this\" }",
                "add element inet tcptracker ban6_64 { 2001:db8:: timeout 1d2h expires 1h comment \"99999999999999999+5 #0\" }",
                "add element inet tcptracker ban6_64 { 2001:db8::1 comment \"nobody has this address\" }");
        List<Ban> bans = firewall.bans();
        assertEquals(prefixes("192.0.2.1", "192.0.2.2"), sources(bans.subList(0, 2)));
        assertEquals(new Ban(Prefix.parse("192.0.2.1"), Instant.EPOCH, Duration.ZERO), bans.get(0));
        assertEquals(prefixes("2001:db8::/64"), sources(bans.subList(2, bans.size())));
        assertEquals(Duration.ofHours(26), bans.get(2).length());
        Duration passed = Duration.between(bans.get(2).since(), START);
        assertTrue(passed.compareTo(Duration.ofHours(25)) >= 0 && passed.toHours() < 26, passed::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 20_000})
    void addsManyAtOnce(int count) throws IOException {
        Assumptions.assumeTrue(
                count == 1_000
                        || Files.readString(Path.of("/proc/self/uid_map")).contains("4294967295"),
                "in a user namespace, net.core.wmem_max bounds what is done at once");
        List<Ban> bans = IntStream.range(0, count)
                .mapToObj(i -> ban(IpAddress.v4(0x0a000000 + i).toString(), i))
                .toList();
        KeptFirewall firewall = nft();
        firewall.replace(List.of(), NOBODY);
        firewall.add(bans);
        assertEquals(bans, firewall.bans());
        firewall.replace(bans, NOBODY);
        assertEquals(bans, firewall.bans());
        firewall.lift(sources(bans));
        assertEquals(List.of(), firewall.bans());
    }

    @Test
    void exemptsPrefixesWithinEachOther() throws IOException {
        KeptFirewall firewall = nft();
        List<Prefix> all =
                prefixes("0.0.0.0/0", "10.0.0.0/8", "10.0.0.1", "10.0.0.1", "::/0", "fe80::1", "fe80::2", "fe80::/64");
        firewall.replace(List.of(), AllowList.of(all));
        // Of a prefix of length 0, nft 0.9.8 says the first address and the last.
        assertTrue(nft("list set inet tcptracker allow4")
                .matches("(?s).*elements = \\{ 0.0.0.0(/0|-255.255.255.255) comment \"allowed\" }.*"));
        firewall.allow(AllowList.of(prefixes("10.0.0.0/8", "10.0.0.1", "11.0.0.0/8", "fd98::/64")));
        assertSays("10.0.0.0/8", nft("list set inet tcptracker allow4"));
        assertSays("fd98::/64", nft("list set inet tcptracker allow6"));
        assertFalse(nft("list set inet tcptracker allow4").contains("0.0.0.0/0"), "that went");
        assertTrue(
                firewall.allowed()
                        .containsAll(List.of(
                                new AllowList.Entry(Prefix.parse("127.0.0.0/8"), "loopback"),
                                new AllowList.Entry(Prefix.parse("11.0.0.0/8"), "allowed"),
                                new AllowList.Entry(Prefix.parse("fd98::/64"), "allowed"))),
                () -> "not all: " + nft("list table inet tcptracker"));
        assertEquals(Condition.INTACT, firewall.check());
    }

    @Test
    void closesOverNothingAndOnceOnly() throws IOException {
        KeptFirewall firewall = open(BackendChoice.NFT);
        firewall.close();
        byHand().close();
        byHand().replace(List.of(ban(Network.PEER, 0)), NOBODY);
        firewall.close();
        assertEquals(1, byHand().bans().size(), "by then the table may be another tracker's");
    }
}
