package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.Condition;
import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import io.tcptracker.testing.Talk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What packets of banned sources and others meet. Sets and plain rules are the same in both variants of iptables. */
@Needs(
        namespaces = true,
        programs = {
            "iptables-nft",
            "ip6tables-nft",
            "iptables-legacy",
            "ip6tables-legacy",
            "ipset",
            "nft",
            "nmap",
            "nping",
            "python3"
        })
@ParameterizedClass
@CsvSource({"nft, IPSET", "legacy, IPTABLES", "nft, NFT"})
@Timeout(120)
class KernelTrafficTest extends KernelTables {
    private static final List<String> SOURCES = List.of(Network.PEER, Network.PEER6, Network.OTHER, Network.OTHER6);
    private static final List<String> OTHERS = List.of(Network.OTHER, Network.OTHER6);
    private static final List<Ban> PEERS = List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0));

    private final BackendChoice kind;

    KernelTrafficTest(String variant, BackendChoice kind) {
        super(variant);
        this.kind = kind;
    }

    @BeforeEach
    void chooseNft() throws IOException {
        install("nft", "nft");
    }

    @Test
    void keepsABannedSourceOutButLetsOthersInAndItsConnectionsGoOn() throws IOException {
        KeptFirewall firewall = open(kind);
        firewall.replace(List.of(), NOBODY);
        String port = listen(network.onHost());
        Process before = call(Network.PEER, Network.HOST, port);
        Process before6 = call(Network.PEER6, Network.HOST6, port);
        assertEquals("connected", Java.nextLine(before));
        assertEquals("connected", Java.nextLine(before6));
        assertEquals("hello", say(before, "hello"));
        assertEquals("hello", say(before6, "hello"));

        firewall.add(PEERS);
        assertEquals(OTHERS, letIn(port));
        assertEquals("still there", say(before, "still there"), "established before the ban");
        assertEquals("still there", say(before6, "still there"), "established before the ban");

        firewall.lift(prefixes(Network.PEER));
        assertEquals(List.of(Network.PEER, Network.OTHER, Network.OTHER6), letIn(port), "one ban lifted");
        firewall.close();
        assertEquals(SOURCES, letIn(port), "no longer banned");
    }

    @Test
    void keepsWholePrefixesOutButForThoseOnTheAllowList() throws IOException {
        KeptFirewall firewall = open(kind);
        String port = listen(network.onHost());
        List<Ban> bans = List.of(ban("10.98.0.2/31", 0), ban("10.98.0.0/31", 0), ban("fd98::/64", 0));
        firewall.replace(bans, AllowList.of(prefixes(Network.OTHER, Network.OTHER6)));
        assertEquals(OTHERS, letIn(port), "exempt");
        firewall.allow(AllowList.of(prefixes(Network.PEER)));
        assertEquals(List.of(Network.PEER), letIn(port), "others are no longer exempt");
        firewall.allow(NOBODY);
        firewall.lift(prefixes("10.98.0.2/31"));
        assertEquals(List.of(Network.PEER, Network.OTHER), letIn(port), "beside the other prefix");
    }

    @Test
    void leavesItToOtherRulesWhetherAnExemptSourceGetsIn() throws IOException {
        run("iptables", "-A", "INPUT", "-s", Network.OTHER, "-j", "DROP");
        String port = listen(network.onHost());
        open(kind).replace(List.of(), AllowList.of(prefixes(Network.OTHER)));
        assertEquals(List.of(Network.PEER, Network.PEER6, Network.OTHER6), letIn(port));
    }

    @Test
    void letsTheHostConnectToABannedSource() throws IOException {
        open(kind).replace(List.of(ban(Network.PEER, 0), ban("fd98::/64", 0)), NOBODY);
        String port = listen(network.onPeer());
        // So that the neighbours have to be discovered once more.
        Shell.run(network.onHost("ip", "neigh", "flush", "all")).orThrow();
        Shell.run(network.onPeer("ip", "neigh", "flush", "all")).orThrow();
        for (List<String> way : List.of(List.of(Network.HOST, Network.PEER), List.of(Network.HOST6, Network.PEER6))) {
            Process call = start(network.onHost(Talk.client(port, way.get(0), way.get(1))));
            assertEquals("connected", Java.nextLine(call));
            assertEquals("hello", say(call, "hello"));
        }
    }

    @Test
    void hidesEveryPortFromABannedSource() throws IOException {
        String port = listen(network.onHost());
        KeptFirewall firewall = open(kind);
        firewall.replace(List.of(ban(Network.OTHER, 0)), NOBODY);
        assertSays("syn-ack", scan("-sS", port));
        assertSays("reset", scan("-sF", port));
        firewall.add(PEERS);
        Map<String, Process> scans = new LinkedHashMap<>();
        for (String scan : List.of("-sS", "-sA", "-sW", "-sF", "-sN", "-sX", "-sM", "-sU")) {
            scans.put(scan, start(scanning(scan, Network.HOST, port)));
        }
        scans.put("-6", start(scanning("-6", Network.HOST6, port)));
        for (Map.Entry<String, Process> each : scans.entrySet()) {
            String said = output(each.getValue());
            assertSays("no-response", said);
            assertFalse(
                    Pattern.compile("closed|unfiltered|reset|syn-ack|unreach|refused")
                            .matcher(said)
                            .find(),
                    each.getKey() + ": " + said);
        }
    }

    private String scan(String kind, String port) {
        return Shell.run(scanning(kind, Network.HOST, port)).orThrow();
    }

    private List<String> scanning(String kind, String host, String port) {
        String source = host.equals(Network.HOST) ? Network.PEER : Network.PEER6;
        List<String> command = new ArrayList<>(network.onPeer("nmap", "-n", "-Pn", "--reason", "-e", "veth1"));
        // On a wire without loss, nobody answers later.
        command.addAll(List.of("--max-retries", "0", "--initial-rtt-timeout", "100ms", "--max-rtt-timeout", "100ms"));
        command.addAll(List.of(kind, "-p", "1-5," + port, "-S", source, host));
        return command;
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void keepsASourceOutWhileBansAreReplaced() throws IOException {
        KeptFirewall firewall = open(kind);
        List<Ban> more = new ArrayList<>(PEERS);
        IntStream.range(0, 300).forEach(i -> more.add(ban("192.0.2." + i % 256 + "/32", i)));
        firewall.replace(PEERS, NOBODY);
        // To a closed port: each that comes through is answered. It goes on until it is told to report.
        Process knocking = start(network.onPeer(
                "nping", "--tcp", "-q", "--rate", "1000", "-c", "100000", "-S", Network.PEER, "-p", "9", Network.HOST));
        Java.nextLine(knocking);
        for (int times = 0; times < 5; times++) {
            firewall.replace(times % 2 == 0 ? more : PEERS, NOBODY);
            firewall.lift(prefixes("192.0.2.1"));
            firewall.add(PEERS);
        }
        Shell.run("kill", "-INT", Long.toString(knocking.pid())).orThrow();
        String report = output(knocking);
        assertSays("Rcvd: 0 ", report);
        assertFalse(report.contains("sent: 0 "), report);
        firewall.lift(prefixes(Network.PEER));
        assertSays("reset", scan("-sS", "9"));
    }

    @Test
    void leavesForwardedTrafficOpenUnlessAsked() throws IOException {
        try (Behind behind = new Behind(network)) {
            String port = listen(behind.on());
            KeptFirewall host = open(kind);
            host.replace(PEERS, NOBODY);
            assertEquals(SOURCES, letThrough(port));
            host.leave();

            KeptFirewall all = open(kind, Protection.ALL);
            assertEquals(PEERS, all.bans());
            all.replace(List.of(), NOBODY);
            Process before = call(Network.PEER, Behind.ADDRESS, port);
            assertEquals("connected", Java.nextLine(before));
            assertEquals("hello", say(before, "hello"));
            all.add(PEERS);
            assertEquals(Condition.INTACT, all.check());
            assertEquals(OTHERS, letThrough(port));
            assertEquals("still there", say(before, "still there"));

            // As Docker does when it starts.
            run("iptables", "-N", "DOCKER-USER");
            run("iptables", "-I", "FORWARD", "1", "-j", "DOCKER-USER");
            run("iptables", "-I", "FORWARD", "2", "-j", "ACCEPT");
            if (kind != BackendChoice.NFT) {
                assertEquals(
                        new Condition(State.DAMAGED, "the jump is not first in DOCKER-USER (iptables)"), all.check());
                all.replace(PEERS, NOBODY);
                assertSays(JUMP.replace("INPUT", "DOCKER-USER"), run("iptables", "-S", "DOCKER-USER"));
            }
            assertEquals(Condition.INTACT, all.check());
            assertEquals(OTHERS, letThrough(port));
            all.close();
            assertEquals(SOURCES, letThrough(port));
            assertFalse(rules().contains("tcptracker"), "nothing of ours is left");
        }
    }

    private Process call(String source, String host, String port) {
        return start(network.onPeer(Talk.client(port, source, host)));
    }

    /** Which sources get to the host. */
    private List<String> letIn(String port) {
        return connecting(Network.HOST, Network.HOST6, port);
    }

    /** Which sources get to what is behind the host. */
    private List<String> letThrough(String port) {
        return connecting(Behind.ADDRESS, Behind.ADDRESS6, port);
    }

    private List<String> connecting(String host, String host6, String port) {
        return Shell.run(network.onPeer(Talk.probe(port, host, host6, SOURCES)))
                .orThrow()
                .lines()
                .toList();
    }
}
