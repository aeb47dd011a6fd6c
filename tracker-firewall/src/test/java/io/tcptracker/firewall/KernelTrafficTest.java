package io.tcptracker.firewall;

import static io.tcptracker.firewall.Refusal.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.Ban;
import io.tcptracker.core.Prefix;
import io.tcptracker.firewall.HostFirewall.Variant;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What packets of banned sources and others meet, and what two trackers make of each other. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy", "ipset", "nmap"})
@ParameterizedClass
@ValueSource(strings = {"nft", "legacy"})
@Timeout(120)
class KernelTrafficTest extends KernelTables {
    KernelTrafficTest(String variant) {
        super(variant);
    }

    @Test
    void keepsABannedSourceOutButLetsOthersInAndItsConnectionsGoOn() throws IOException {
        IptablesFirewall firewall = open(Variant.AUTO);
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
    void hidesClosedPortsFromABannedSourceThatSendsFins() throws IOException {
        IptablesFirewall firewall = open(Variant.AUTO);
        firewall.replace(List.of(ban(Network.OTHER, 0)), NOBODY);
        assertSays("closed tcp ports (reset)", scan());
        firewall.add(List.of(ban(Network.PEER, 0)));
        assertSays("open|filtered tcp ports (no-response)", scan());
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

    private String scan() {
        return Shell.run(network.onPeer(
                        "nmap",
                        "-n",
                        "-Pn",
                        "-sF",
                        "--max-retries",
                        "0",
                        "-p",
                        "1-50",
                        "-S",
                        Network.PEER,
                        "-e",
                        "veth1",
                        Network.HOST))
                .orThrow();
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
