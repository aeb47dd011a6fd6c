package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.BansInForce;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.backend.Backend;
import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.ipset.IpsetBackend;
import io.tcptracker.firewall.iptables.IptablesBackend;
import io.tcptracker.firewall.iptables.TrackerChains;
import io.tcptracker.firewall.nft.NftBackend;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tracker makes of another that runs, or did, mostly in another way. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "ipset", "nft"})
@ParameterizedClass
@CsvSource({
    "nft, IPSET, NFT",
    "nft, NFT, IPSET",
    "legacy, IPTABLES, NFT",
    "legacy, NFT, IPTABLES",
    "nft, IPSET, IPTABLES",
    "legacy, IPTABLES, IPSET"
})
@Timeout(120)
class KernelKeepersTest extends KernelTables {
    private static final List<Ban> BANS = List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1), ban("10.7.0.0/16", 2));

    private final BackendChoice from;
    private final BackendChoice to;

    KernelKeepersTest(String variant, BackendChoice from, BackendChoice to) {
        super(variant);
        this.from = from;
        this.to = to;
    }

    @BeforeEach
    void chooseNft() throws IOException {
        install("nft", "nft");
        if (variant.equals("legacy")) {
            Files.createDirectories(directory.resolve("proc/net"));
            Files.writeString(directory.resolve("proc/net/ip_tables_names"), "filter\n");
        }
    }

    @Test
    void refusesASecondTrackerUntilTheFirstIsKilledAndTakesOverWhatItLeft() throws IOException {
        Process first = keeper(from, Network.PEER, Network.PEER6);
        assertFalse(Java.nextLine(first).contains("another"));
        String kept = everything();
        assertSays("another tcptracker (pid " + first.pid() + ")", Java.nextLine(keeper(to, Network.OTHER)));
        assertEquals(kept, everything(), "a refused tracker changes nothing");

        first.destroyForcibly().onExit().join();
        assertEquals(prefixes(Network.PEER, Network.PEER6), sources(attach().bans()), "left by the killed tracker");
        KeptFirewall next = open(to);
        assertEquals(prefixes(Network.PEER, Network.PEER6), sources(next.bans()), "found by the next");
        assertEquals(kept, everything(), "a tracker that is opened changes nothing");
        next.replace(BANS, NOBODY);
        assertEquals(BANS, next.bans());
        assertEquals(Condition.INTACT, next.check());
        assertAlone(to);
        assertEquals(BANS, attach().bans(), "by whoever asks");
        next.close();
        assertNothingIsLeft();
    }

    @Test
    void changesTheRemainsUntilAllIsRestored() throws IOException {
        KeptFirewall first = open(from);
        first.replace(BANS.subList(0, 2), NOBODY);
        assertRefused(Kind.IN_USE, "another tcptracker in this process", () -> open(to));
        first.leave();
        if (isNft(from) == isNft(to)) {
            return;
        }
        both(BANS.subList(1, 3));
        KeptFirewall hand = attach();
        assertEquals(BANS, hand.bans());
        assertSays("iptables", hand.description());
        assertSays("nft ", hand.description());
        hand.lift(prefixes(Network.PEER6));
        assertEquals(List.of(BANS.get(0), BANS.get(2)), attach().bans(), "lifted in both");
        hand.add(List.of(ban(Network.PEER, 9)));
        assertEquals(List.of(BANS.get(2), ban(Network.PEER, 9)), hand.bans(), "once each");

        KeptFirewall next = open(to);
        next.lift(prefixes(Network.PEER));
        assertEquals(List.of(BANS.get(2)), next.bans());
        next.replace(next.bans(), NOBODY);
        assertAlone(to);
        assertEquals(List.of(BANS.get(2)), next.bans());
    }

    @Test
    void takesEverythingAwayAfterACrash() throws IOException {
        KeptFirewall first = open(from);
        first.replace(BANS, NOBODY);
        first.leave();
        if (isNft(from) != isNft(to)) {
            both(BANS);
        }
        attach().close();
        assertNothingIsLeft();
        attach().close();
        assertEquals(List.of(), attach().bans());
    }

    @Test
    void takesOverTheLatestForWhichThereIsRoom() throws IOException {
        List<Ban> many = IntStream.range(0, 2_010)
                .mapToObj(i -> ban("10." + i / 256 + "." + i % 256 + ".0/24", i))
                .toList();
        KeptFirewall first = open(from);
        List<Ban> fitting = many.subList(0, Math.min(many.size(), first.capacity()));
        first.replace(fitting, NOBODY);
        first.leave();
        KeptFirewall next = open(to);
        int lost = Math.max(0, fitting.size() - next.capacity());
        List<Ban> kept = fitting.subList(lost, fitting.size());
        assertEquals(kept, next.bans());
        next.replace(next.bans(), NOBODY);
        assertEquals(kept, next.bans());
        assertAlone(to);
    }

    /** As if a tracker was killed after it put up its own, and before it took away what the former one left. */
    private void both(List<Ban> bans) throws IOException {
        HostEnvironment host = host(network.onHost());
        Backend other = switch (to) {
            case NFT -> NftBackend.find(host, false, "").open();
            case IPSET -> IpsetBackend.open(host, TrackerChains.of(host, false));
            default -> IptablesBackend.of(TrackerChains.of(host, false), "");
        };
        other.replace(bans, NOBODY, BansInForce.of(List.of()));
        other.leave();
    }

    private static boolean isNft(BackendChoice kind) {
        return kind == BackendChoice.NFT;
    }

    private String everything() {
        // Without the elements, which get older.
        return rules()
                + ipset("list", "-n")
                + Shell.run(network.onHost("nft", "-t", "list", "ruleset", "inet"))
                        .orThrow();
    }

    private void assertAlone(BackendChoice kind) {
        assertEquals(kind == BackendChoice.NFT, nft("list tables").contains("tcptracker"), "the table of nft");
        assertEquals(kind != BackendChoice.NFT, rules().contains("tcptracker"), "the chains of iptables");
        assertEquals(kind == BackendChoice.IPSET, ipset("list", "-n").contains("tcptracker"), "sets");
        if (kind != BackendChoice.NFT) {
            assertTrue(run("iptables", "-S", "INPUT").endsWith("ACCEPT\n" + JUMP + "\n"), "one jump");
        }
    }

    private void assertNothingIsLeft() {
        assertFalse(everything().contains("tcptracker"), this::everything);
    }
}
