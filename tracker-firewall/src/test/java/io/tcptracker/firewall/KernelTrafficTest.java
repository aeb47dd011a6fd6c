package io.tcptracker.firewall;

import static io.tcptracker.firewall.Refusal.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.AllowList;
import io.tcptracker.core.Ban;
import io.tcptracker.core.Firewall.Condition;
import io.tcptracker.core.Firewall.Condition.State;
import io.tcptracker.core.Prefix;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.HostFirewall.Variant;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What packets of banned sources and others meet, and what two trackers make of each other. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "ipset", "nmap", "nping"})
@ParameterizedClass
@CsvSource({"nft, IPSET", "legacy, IPSET", "nft, IPTABLES", "legacy, IPTABLES"})
@Timeout(120)
class KernelTrafficTest extends KernelTables {
    private final Variant kind;

    KernelTrafficTest(String variant, Variant kind) {
        super(variant);
        this.kind = kind;
    }

    @Test
    void keepsABannedSourceOutButLetsOthersInAndItsConnectionsGoOn() throws IOException {
        IptablesFirewall firewall = open(kind);
        firewall.replace(List.of(), NOBODY);
        String port = Java.nextLine(start(network.onHost(Java.command(Talk.class))));
        Process before = call(Network.PEER, Network.HOST, port);
        Process before6 = call(Network.PEER6, Network.HOST6, port);
        assertEquals("connected", Java.nextLine(before));
        assertEquals("connected", Java.nextLine(before6));
        assertEquals("hello", say(before, "hello"));
        assertEquals("hello", say(before6, "hello"));

        firewall.add(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0)));

        assertEquals("no answer", Java.nextLine(call(Network.PEER, Network.HOST, port)), "banned");
        assertEquals("no answer", Java.nextLine(call(Network.PEER6, Network.HOST6, port)), "banned");
        assertEquals("connected", Java.nextLine(call(Network.OTHER, Network.HOST, port)), "innocent");
        assertEquals("connected", Java.nextLine(call(Network.OTHER6, Network.HOST6, port)), "innocent");
        assertEquals("still there", say(before, "still there"), "established before the ban");
        assertEquals("still there", say(before6, "still there"), "established before the ban");

        firewall.close();
        assertEquals("connected", Java.nextLine(call(Network.PEER, Network.HOST, port)), "no longer banned");
        assertEquals("connected", Java.nextLine(call(Network.PEER6, Network.HOST6, port)), "no longer banned");
    }

    @Test
    void exemptsThoseOnTheAllowListFromBansOfPrefixesAroundThem() throws IOException {
        IptablesFirewall firewall = open(kind);
        String port = Java.nextLine(start(network.onHost(Java.command(Talk.class))));
        AllowList other = AllowList.of(List.of(Prefix.parse(Network.OTHER), Prefix.parse(Network.OTHER6)));
        firewall.replace(List.of(ban("10.98.0.0/24", 0), ban("fd98::/64", 0)), other);
        assertEquals("no answer", Java.nextLine(call(Network.PEER, Network.HOST, port)), "banned");
        assertEquals("connected", Java.nextLine(call(Network.OTHER, Network.HOST, port)), "exempt");
        assertEquals("connected", Java.nextLine(call(Network.OTHER6, Network.HOST6, port)), "exempt");
        firewall.allow(NOBODY);
        assertEquals("no answer", Java.nextLine(call(Network.OTHER, Network.HOST, port)), "no longer exempt");
        firewall.lift(List.of(Prefix.parse("10.98.0.0/24")));
        assertEquals("connected", Java.nextLine(call(Network.PEER, Network.HOST, port)), "no longer banned");
        assertEquals("no answer", Java.nextLine(call(Network.PEER6, Network.HOST6, port)), "still banned");
    }

    @Test
    void letsTheHostConnectToABannedSource() throws IOException {
        IptablesFirewall firewall = open(kind);
        firewall.replace(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0)), NOBODY);
        String port = Java.nextLine(start(network.onPeer(Java.command(Talk.class))));
        for (List<String> way : List.of(List.of(Network.HOST, Network.PEER), List.of(Network.HOST6, Network.PEER6))) {
            Process call = start(network.onHost(Java.command(Talk.class, way.get(0), way.get(1), port)));
            assertEquals("connected", Java.nextLine(call));
            assertEquals("hello", say(call, "hello"));
        }
    }

    @Test
    void hidesEveryPortFromABannedSourceWhateverItSends() throws IOException {
        String port = Java.nextLine(start(network.onHost(Java.command(Talk.class))));
        IptablesFirewall firewall = open(kind);
        firewall.replace(List.of(ban(Network.OTHER, 0)), NOBODY);
        assertSays("closed tcp ports (reset)", scan("-sF", port));
        firewall.add(List.of(ban(Network.PEER, 0)));
        for (String scan : List.of("-sS", "-sA", "-sF", "-sN", "-sX")) {
            String said = scan(scan, port);
            assertSays("filtered tcp ports (no-response)", said);
            assertFalse(
                    Pattern.compile("closed|unfiltered|reset|/tcp")
                            .matcher(said)
                            .find(),
                    scan + ": " + said);
        }
    }

    @Test
    void keepsASourceOutWhileBansAreReplaced() throws IOException {
        IptablesFirewall firewall = open(kind);
        List<Ban> few = List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0));
        List<Ban> more = new ArrayList<>(few);
        IntStream.range(0, 300).forEach(i -> more.add(ban("192.0.2." + i % 256 + "/32", i)));
        firewall.replace(few, NOBODY);
        Process knocking = start(knock(1_000));
        int times = 0;
        while (knocking.isAlive()) {
            firewall.replace(times % 2 == 0 ? more : few, NOBODY);
            firewall.lift(List.of(Prefix.parse("192.0.2.1")));
            times++;
        }
        String said = new String(knocking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertSays("Rcvd: 0 ", said);
        assertTrue(times > 3, times + " times replaced");
        firewall.lift(List.of(Prefix.parse(Network.PEER)));
        assertSays("Rcvd: 3 ", Shell.run(knock(3)).orThrow());
    }

    /** To a closed port: each that comes through is answered. */
    private List<String> knock(int times) {
        return network.onPeer(
                "nping", "--tcp", "-q", "--rate", "500", "-c", "" + times, "-S", Network.PEER, "-p", "9", Network.HOST);
    }

    @Test
    void leavesWhatIsForwardedOpenUnlessAsked() throws IOException {
        try (Behind behind = new Behind(network)) {
            String port = Java.nextLine(start(behind.on(Java.command(Talk.class))));
            List<Ban> bans = List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0));
            IptablesFirewall host = open(kind);
            host.replace(bans, NOBODY);
            assertEquals("connected", Java.nextLine(call(Network.PEER, Behind.ADDRESS, port)));
            host.leave();

            IptablesFirewall all = open(kind, Protection.ALL);
            assertEquals(bans, all.bans());
            all.replace(bans, NOBODY);
            assertEquals(Condition.INTACT, all.check());
            assertEquals("no answer", Java.nextLine(call(Network.PEER, Behind.ADDRESS, port)));
            assertEquals("no answer", Java.nextLine(call(Network.PEER6, Behind.ADDRESS6, port)));
            assertEquals("connected", Java.nextLine(call(Network.OTHER, Behind.ADDRESS, port)));

            // As Docker does when it starts.
            run("iptables", "-N", "DOCKER-USER");
            run("iptables", "-I", "FORWARD", "1", "-j", "DOCKER-USER");
            run("iptables", "-I", "FORWARD", "2", "-j", "ACCEPT");
            assertEquals(new Condition(State.DAMAGED, "the jump is not first in DOCKER-USER (iptables)"), all.check());
            all.replace(bans, NOBODY);
            assertEquals(Condition.INTACT, all.check());
            assertSays(JUMP.replace("INPUT", "DOCKER-USER"), run("iptables", "-S", "DOCKER-USER"));
            assertEquals("no answer", Java.nextLine(call(Network.PEER, Behind.ADDRESS, port)));
            assertEquals("no answer", Java.nextLine(call(Network.PEER6, Behind.ADDRESS6, port)));
            all.close();
            assertEquals("connected", Java.nextLine(call(Network.PEER, Behind.ADDRESS, port)));
            assertFalse(rules().contains("tcptracker"), "nothing of ours is left");
        }
    }

    @Test
    void refusesASecondTrackerUntilTheFirstIsKilledAndTakesOverWhatItLeft() throws IOException {
        IptablesFirewall before = open(Variant.AUTO);
        String open = before.description();
        before.close();
        Process first = keeper(Network.PEER, Network.PEER6);
        assertEquals(open, Java.nextLine(first));
        String kept = rules();
        assertSays("another tcptracker (pid " + first.pid() + ")", Java.nextLine(keeper(Network.OTHER)));
        assertEquals(kept, rules(), "a refused tracker changes nothing");

        first.destroyForcibly().onExit().join();
        assertEquals(
                List.of(Prefix.parse(Network.PEER), Prefix.parse(Network.PEER6)),
                attach().bans().stream().map(Ban::source).toList(),
                "left by the killed tracker");
        assertEquals(open, Java.nextLine(keeper(Network.OTHER)));
        assertEquals(
                List.of(Prefix.parse(Network.OTHER)),
                attach().bans().stream().map(Ban::source).toList(),
                "of the next tracker");
        assertTrue(run("iptables", "-S", "INPUT").endsWith("ACCEPT\n" + JUMP + "\n"), "one jump");
    }

    private String scan(String kind, String port) {
        List<String> nmap = List.of("nmap", "-n", "-Pn", "--max-retries", "0", "-e", "veth1", "-S", Network.PEER);
        List<String> command = new ArrayList<>(network.onPeer(nmap.toArray(String[]::new)));
        command.addAll(List.of(kind, "-p", "1-50," + port, Network.HOST));
        return Shell.run(command).orThrow();
    }

    private Process keeper(String... sources) {
        List<String> command =
                new ArrayList<>(network.onHost("env", "PATH=" + directory, "RUNTIME_DIRECTORY=" + directory));
        command.addAll(List.of(Java.command(Keeper.class, sources)));
        return start(command);
    }

    private Process call(String source, String host, String port) {
        return start(network.onPeer(Java.command(Talk.class, source, host, port)));
    }

    private static String say(Process caller, String line) throws IOException {
        Writer out = caller.outputWriter();
        out.write(line + "\n");
        out.flush();
        return Java.nextLine(caller);
    }
}
