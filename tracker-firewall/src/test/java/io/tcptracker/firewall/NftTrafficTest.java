package io.tcptracker.firewall;

import static io.tcptracker.firewall.Refusal.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.AllowList;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What packets of banned sources and others meet. */
@Needs(
        namespaces = true,
        programs = {"nft", "nmap"})
@Timeout(120)
class NftTrafficTest extends NftTables {
    private static final String INNER = "10.97.0.2";
    private final String inner = "tt" + ProcessHandle.current().pid() + "inner";

    @AfterEach
    void removeInner() {
        Shell.run("ip", "netns", "delete", inner);
    }

    @Test
    void keepsABannedSourceOutButLetsOthersInAndItsConnectionsGoOn() throws IOException {
        NftFirewall firewall = open();
        firewall.replace(List.of(), NOBODY);
        String port = listen(network.onHost());
        Process before = call(Network.PEER, Network.HOST, port);
        Process before6 = call(Network.PEER6, Network.HOST6, port);
        assertEquals("hello", say(before, "hello"));
        assertEquals("hello", say(before6, "hello"));

        firewall.add(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0)));

        assertFalse(connects(Network.PEER, Network.HOST, port), "banned");
        assertFalse(connects(Network.PEER6, Network.HOST6, port), "banned");
        assertTrue(connects(Network.OTHER, Network.HOST, port), "innocent");
        assertTrue(connects(Network.OTHER6, Network.HOST6, port), "innocent");
        assertEquals("still there", sayAgain(before, "still there"), "established before the ban");
        assertEquals("still there", sayAgain(before6, "still there"), "established before the ban");

        firewall.lift(prefixes(Network.PEER));
        assertTrue(connects(Network.PEER, Network.HOST, port), "no longer banned");
        assertFalse(connects(Network.PEER6, Network.HOST6, port), "still banned");
        firewall.close();
        assertTrue(connects(Network.PEER6, Network.HOST6, port), "no longer banned");
    }

    @Test
    void keepsWholePrefixesOutButForWhatIsExempt() throws IOException {
        NftFirewall firewall = open();
        String port = listen(network.onHost());
        firewall.replace(
                List.of(ban("10.98.0.0/31", 0), ban("10.98.0.2/31", 0), ban("fd98::/64", 0)),
                AllowList.of(prefixes(Network.OTHER6)));
        assertFalse(connects(Network.PEER, Network.HOST, port), "within");
        assertFalse(connects(Network.OTHER, Network.HOST, port), "within");
        assertFalse(connects(Network.PEER6, Network.HOST6, port), "within");
        assertTrue(connects(Network.OTHER6, Network.HOST6, port), "exempt");
        firewall.allow(AllowList.of(prefixes(Network.PEER)));
        assertTrue(connects(Network.PEER, Network.HOST, port), "exempt");
        assertFalse(connects(Network.OTHER6, Network.HOST6, port), "no longer exempt");
        firewall.allow(NOBODY);
        firewall.lift(prefixes("10.98.0.2/31"));
        assertTrue(connects(Network.PEER, Network.HOST, port), "outside");
        firewall.replace(List.of(ban("0.0.0.0/0", 0)), NOBODY);
        assertFalse(connects(Network.PEER, Network.HOST, port), "everyone");
    }

    @Test
    void leavesItToOtherTablesWhetherAnExemptSourceGetsIn() throws IOException {
        nft(
                "add table inet filter",
                "add chain inet filter input { type filter hook input priority 0; }",
                "add rule inet filter input ip saddr " + Network.OTHER + " drop");
        String port = listen(network.onHost());
        open().replace(List.of(), AllowList.of(prefixes(Network.OTHER)));
        assertFalse(connects(Network.OTHER, Network.HOST, port), "banned by somebody else");
        assertTrue(connects(Network.PEER, Network.HOST, port), "banned by nobody");
    }

    @Test
    void reachesABannedSourceItself() throws IOException {
        open().replace(List.of(ban(Network.PEER, 0), ban("fd98::/64", 0)), NOBODY);
        String port = listen(network.onPeer());
        // So that the neighbours have to be discovered once more.
        Shell.run(network.onHost("ip", "neigh", "flush", "all")).orThrow();
        Shell.run(network.onPeer("ip", "neigh", "flush", "all")).orThrow();
        for (List<String> ends : List.of(List.of(Network.HOST, Network.PEER), List.of(Network.HOST6, Network.PEER6))) {
            Process caller = start(network.onHost(Java.command(Talk.class, ends.get(0), ends.get(1), port)));
            assertEquals("connected", Java.nextLine(caller));
            assertEquals("hello", sayAgain(caller, "hello"));
        }
    }

    @Test
    void tellsABannedSourceNothing() throws IOException {
        String port = listen(network.onHost());
        NftFirewall firewall = open();
        firewall.replace(List.of(), NOBODY);
        Process before = call(Network.PEER, Network.HOST, port);
        assertEquals("hello", say(before, "hello"));
        assertSays("syn-ack", scan("-sS", Network.HOST, port));
        assertSays("reset", scan("-sF", Network.HOST, port));
        firewall.add(List.of(ban(Network.PEER, 0), ban(Network.PEER6, 0)));
        for (String kind : List.of("-sS", "-sA", "-sW", "-sF", "-sN", "-sX", "-sM", "-sU", "-sT")) {
            String found = scan(kind, Network.HOST, port);
            for (String answer : List.of("reset", "syn-ack", "unreach", "conn-refused", "unfiltered")) {
                assertFalse(found.contains(answer), () -> kind + " got an answer: " + found);
            }
            assertSays("no-response", found);
        }
        assertSays("no-response", scan("-6", Network.HOST6, port));
        assertEquals("still there", sayAgain(before, "still there"));
    }

    private String scan(String kind, String host, String port) {
        String source = host.equals(Network.HOST) ? Network.PEER : Network.PEER6;
        return Shell.run(network.onPeer(
                        "nmap",
                        "-n",
                        "-Pn",
                        "--reason",
                        "--max-retries",
                        "0",
                        kind,
                        "-p",
                        "1-5," + port,
                        "-S",
                        source,
                        "-e",
                        "veth1",
                        host))
                .orThrow();
    }

    @Test
    void putsItselfUpAnewWithoutAGap() throws IOException {
        NftFirewall firewall = open();
        firewall.replace(List.of(ban(Network.PEER, 0)), NOBODY);
        nft(
                "add table inet watch",
                "add chain inet watch before { type filter hook input priority -10; }",
                "add rule inet watch before ip saddr " + Network.PEER + " tcp flags syn counter",
                "add chain inet watch after { type filter hook input priority 10; }",
                "add rule inet watch after ip saddr " + Network.PEER + " tcp flags syn counter");
        Process flood = start(network.onPeer(
                "nmap",
                "-n",
                "-Pn",
                "-sS",
                "--max-retries",
                "0",
                "--min-rate",
                "5000",
                "-p",
                "1-10000",
                "-S",
                Network.PEER,
                "-e",
                "veth1",
                Network.HOST));
        int times = 0;
        while (flood.isAlive()) {
            firewall.replace(List.of(ban(Network.PEER, 0), ban("10.0.0.0/" + (8 + times % 8), times)), NOBODY);
            firewall.allow(NOBODY);
            firewall.add(List.of(ban(Network.PEER, times)));
            times++;
        }
        assertSays("Nmap done", new String(flood.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertTrue(times > 10, "put up anew " + times + " times");
        assertTrue(nft("list chain inet watch before").matches("(?s).*packets \\d{5,} .*"), "packets that came");
        assertSays("packets 0 ", nft("list chain inet watch after"));
    }

    @Test
    void blocksForwardedTrafficIfToldTo() throws IOException {
        route();
        String port = listen(List.of("ip", "netns", "exec", inner));
        NftFirewall firewall = open(1000, false);
        firewall.replace(List.of(ban(Network.PEER, 0)), NOBODY);
        assertTrue(connects(Network.PEER, INNER, port), "only its own traffic is blocked");
        firewall.close();
        firewall = open(1000, true);
        firewall.replace(List.of(), NOBODY);
        Process before = call(Network.PEER, INNER, port);
        assertEquals("hello", say(before, "hello"));
        firewall.add(List.of(ban(Network.PEER, 0)));
        assertFalse(connects(Network.PEER, INNER, port), "banned");
        assertTrue(connects(Network.OTHER, INNER, port), "innocent");
        assertEquals("still there", sayAgain(before, "still there"));
    }

    /** A third host behind the first. */
    private void route() {
        Shell.run("ip", "netns", "add", inner).orThrow();
        List<List<String>> commands = List.of(
                network.onHost("ip", "link", "add", "in0", "type", "veth", "peer", "name", "in1", "netns", inner),
                network.onHost("ip", "addr", "add", "10.97.0.1/24", "dev", "in0"),
                network.onHost("ip", "link", "set", "in0", "up"),
                network.onHost("sysctl", "-qw", "net.ipv4.ip_forward=1"),
                network.onPeer("ip", "route", "add", "10.97.0.0/24", "via", Network.HOST),
                List.of("ip", "-n", inner, "addr", "add", INNER + "/24", "dev", "in1"),
                List.of("ip", "-n", inner, "link", "set", "in1", "up"),
                List.of("ip", "-n", inner, "route", "add", "default", "via", "10.97.0.1"));
        commands.forEach(command -> Shell.run(command).orThrow());
    }

    /** The port that is listened on there. */
    private String listen(List<String> prefix) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Java.command(Talk.class)));
        return Java.nextLine(start(command));
    }

    private Process call(String source, String host, String port) {
        return start(network.onPeer(Java.command(Talk.class, source, host, port)));
    }

    private boolean connects(String source, String host, String port) throws IOException {
        String outcome = Java.nextLine(call(source, host, port));
        assertTrue(List.of("connected", "no answer").contains(outcome), outcome);
        return outcome.equals("connected");
    }

    /** The first time, what it says of the connection comes before. */
    private static String say(Process caller, String line) throws IOException {
        assertEquals("connected", Java.nextLine(caller));
        return sayAgain(caller, line);
    }

    private static String sayAgain(Process caller, String line) throws IOException {
        Writer out = caller.outputWriter();
        out.write(line + "\n");
        out.flush();
        return Java.nextLine(caller);
    }
}
