package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.testing.Await;
import io.tcptracker.cli.testing.Echo;
import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.cli.testing.RunningTracker;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell.Result;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cleaning up the firewall, after a crash and beneath a tracker that runs. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "python3", "ipset", "nft", "iptables", "ip6tables"})
@Timeout(100)
class ChainEndToEnd {
    @RegisterExtension
    final Hosts hosts = new Hosts();

    @Test
    void givesBackTheRulesThatWereThereBeforeATrackerThatWasKilled() {
        for (String tool : List.of("iptables", "ip6tables")) {
            foreign(tool, "-P FORWARD DROP");
            foreign(tool, "-N mine");
            foreign(tool, "-A INPUT -i lo -j ACCEPT");
            foreign(tool, "-A INPUT -p tcp --dport 22 -m conntrack --ctstate NEW -j mine");
            foreign(tool, "-A FORWARD -m comment --comment tcptracker -j mine");
            foreign(tool, "-A mine -p tcp -m comment --comment a\"b -j DROP");
        }
        String before = hosts.rules();
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        hosts.scan(Network.OTHER, Network.HOST);
        hosts.scan(Network.PEER6, Network.HOST6);
        tracker.out().await("Blocked " + Network.PEER + " ");
        tracker.out().await("Blocked " + Network.OTHER + " ");
        tracker.out().await("Blocked " + Network.PEER6 + " ");
        tracker.kill();
        assertEquals(1, hosts.bansOf(Network.PEER6).size(), () -> "rules left by the killed: " + hosts.rules());

        assertEquals("3 bans lifted\n", hosts.tcptracker("chain", "--flush").orThrow());
        assertEquals(before, hosts.rules(), "the rules that were there before");
        assertEquals("0 bans lifted\n", hosts.tcptracker("chain", "--flush").orThrow(), "once more");
        assertEquals("No source is blocked\n", hosts.tcptracker("chain").orThrow());
        assertEquals(before, hosts.rules(), "after all that");
    }

    private void foreign(String tool, String rule) {
        hosts.onHost((tool + " " + rule).split(" ")).orThrow();
    }

    @Test
    void isTakenOverByTheNextTrackerAfterACrash() {
        String before = hosts.rules();
        RunningTracker killed = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        killed.out().await("Blocked " + Network.PEER + " ");
        killed.kill();
        List<String> left = hosts.bansOf(Network.PEER);
        assertEquals(1, left.size(), hosts::rules);
        RunningTracker next = hosts.track();
        next.err().await("took over 1 ban from an earlier run");
        assertEquals(1, hosts.bansOf(Network.PEER).size(), hosts::rules);
        assertEquals(1, next.metric("tcptracker_blocked_sources"));
        assertEquals(since(left.get(0)), since(hosts.bansOf(Network.PEER).get(0)), "since when it is banned");
        next.end("TERM");
        assertEquals(before, hosts.rules(), "after both");
    }

    private static String since(String entry) {
        return entry.replaceFirst(".*\"(\\S+)\\+\\d+ #.*", "$1");
    }

    @Test
    void isKeptWhenTheTrackerStopsIfThatIsWanted() {
        String before = hosts.rules();
        Echo echo = new Echo(hosts);
        RunningTracker tracker = hosts.track("--on-exit", "keep");
        Echo.Conversation established = echo.converse(Network.PEER, Network.HOST);
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        tracker.end("TERM");
        assertEquals(0, tracker.exitCode());
        assertEquals(1, hosts.bansOf(Network.PEER).size(), hosts::rules);
        RunningTracker next = hosts.track("--on-exit", "keep");
        assertEquals("still here", established.say("still here"), "on a connection from before the ban");
        next.end("TERM");
        assertEquals("timed out", echo.connect(Network.PEER, Network.HOST), "between two runs");
        assertEquals("still here", established.say("still here"), "on a connection from before the ban");
        assertEquals("1 ban lifted\n", hosts.tcptracker("chain", "--flush").orThrow());
        assertEquals(before, hosts.rules(), "after all");
    }

    @Test
    void canBeFlushedBeneathATrackerThatGoesOn() {
        String before = hosts.rules();
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        assertEquals("1 ban lifted\n", hosts.tcptracker("chain", "--flush").orThrow());
        assertEquals(List.of(), hosts.bansOf(Network.PEER), "after the flush");
        tracker.out().await("Unblocked " + Network.PEER + "$");

        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER + " ");
        assertEquals(1, hosts.bansOf(Network.OTHER).size(), hosts::rules);
        assertEquals(List.of(), hosts.bansOf(Network.PEER), "the ban that was lifted by hand");
        Await.until("healthy", tracker::health, health -> health.status() == 200);
        assertEquals(1, tracker.metric("tcptracker_blocked_sources"));
        assertEquals(0, tracker.metric("tcptracker_firewall_repairs_total"), "what the user does is no damage");
        tracker.end("TERM");
        assertEquals(0, tracker.exitCode());
        assertEquals(before, hosts.rules(), "in the end");
    }

    @Test
    void isRestoredWithEachBanWhenAnotherProgramRemovesIt() {
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        String whole = hosts.rules();
        int repairs = 0;
        for (String damage :
                List.of("iptables -F", "iptables -D INPUT 1", "ip6tables -F INPUT", "iptables -F tcptracker")) {
            foreign(damage.split(" ", 2)[0], damage.split(" ", 2)[1]);
            repairs++;
            double expected = repairs;
            Await.until(
                    "repaired after " + damage,
                    () -> tracker.metric("tcptracker_firewall_repairs_total"),
                    count -> count == expected);
            assertEquals(whole, hosts.rules(), "after " + damage);
            assertEquals(1, hosts.bansOf(Network.PEER).size(), "the ban after " + damage);
        }
        tracker.err().await("another program changed our firewall rules");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipset", "iptables", "nft"})
    void listsBlockedSourcesWithTheirTimesAndTheAllowList(String variant) {
        RunningTracker tracker = hosts.track("--firewall", variant, "--ban", "1h", "--allow", "203.0.113.0/24");
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " until ");
        List<String> table = hosts.tcptracker("chain").orThrow().lines().toList();
        assertTrue(table.get(0).matches("SOURCE +SINCE +REMAINING +COUNT +REASON"), () -> "lines: " + table);
        String row = Network.PEER + " +20\\S+Z +59m\\d*s? +1 +scanned 4 ports of " + Network.HOST;
        assertTrue(table.get(1).matches(row), () -> "not " + row + ": " + table);
        assertTrue(
                table.stream().anyMatch(line -> line.matches("203\\.0\\.113\\.0/24 +--allow")),
                () -> "lines: " + table);
        assertTrue(
                table.stream().anyMatch(line -> line.matches(Network.HOST + " +this host .*")),
                () -> "lines: " + table);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipset", "iptables", "nft"})
    void takesBansByHandWhileATrackerRuns(String variant) {
        RunningTracker tracker = hosts.track("--firewall", variant);
        assertEquals(
                "",
                hosts.tcptracker("chain", "--block", "203.0.113.0/24", "--for", "12h")
                        .orThrow()
                        .replaceFirst("Blocked 203.0.113.0/24 until 20\\S+Z\n", ""));
        tracker.out().await("Blocked 203.0.113.0/24 until ");
        assertEquals(1, tracker.metric("tcptracker_blocked_sources"));
        String listed = hosts.tcptracker("chain", "--json").orThrow();
        assertTrue(
                listed.matches("\\[\\{\"source\":\"203.0.113.0/24\",\"since\":\"20[^\"]+Z\",\"until\":\"20[^\"]+Z\","
                        + "\"count\":1,\"reason\":\"manual\"}]\n"),
                listed);
        assertEquals(
                "Unblocked 203.0.113.0/24\n",
                hosts.tcptracker("chain", "--unblock", "203.0.113.0/24").orThrow());
        tracker.out().await("Unblocked 203.0.113.0/24$");
        assertEquals("[]\n", hosts.tcptracker("chain", "--json").orThrow());
    }

    @Test
    void takesBansByHandWithoutATracker() {
        String before = hosts.rules();
        hosts.tcptracker("chain", "--block", Network.PEER, "--for", "0").orThrow();
        hosts.tcptracker("chain", "--block", Network.OTHER).orThrow();
        assertEquals(1, hosts.bansOf(Network.PEER).size(), hosts::rules);
        assertEquals(1, hosts.bansOf(Network.OTHER).size(), hosts::rules);
        assertEquals(
                "Unblocked " + Network.OTHER + "\n",
                hosts.tcptracker("chain", "--unblock", Network.OTHER).orThrow());
        assertEquals(List.of(), hosts.bansOf(Network.OTHER), "unblocked");
        RunningTracker tracker = hosts.track();
        tracker.err().await("took over 1 ban from an earlier run");
        tracker.end("TERM");
        assertEquals(before, hosts.rules(), "in the end");
    }

    @Test
    void refusesToBlockAnAllowedAddress() {
        hosts.track("--allow", Network.OTHER);
        for (String source : List.of(Network.HOST, "10.98.0.0/24", Network.OTHER, "127.0.0.1", "::1")) {
            Result refused = hosts.tcptracker("chain", "--block", source);
            assertEquals(2, refused.exit(), source);
            assertTrue(
                    refused.err().startsWith("tcptracker: " + source + " is never blocked: "),
                    () -> source + ": " + refused.err());
        }
        assertEquals("[]\n", hosts.tcptracker("chain", "--json").orThrow());
    }
}
