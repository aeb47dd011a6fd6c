package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cleaning up the firewall, after a crash and beneath a tracker that runs. */
@Needs(
        namespaces = true,
        programs = {"nmap", "curl", "iptables", "ip6tables"})
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
        assertEquals(1, hosts.rulesAgainst(Network.PEER6).size(), () -> "rules left by the killed: " + hosts.rules());

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
        RunningTracker next = hosts.track();
        assertEquals(List.of(), hosts.rulesAgainst(Network.PEER), "bans of a tracker that is gone");
        hosts.scan(Network.PEER, Network.HOST);
        next.out().await("Blocked " + Network.PEER + " ");
        assertEquals(1, hosts.rulesAgainst(Network.PEER).size(), hosts::rules);
        next.end("TERM");
        assertEquals(before, hosts.rules(), "after both");
    }

    @Test
    void canBeFlushedBeneathATrackerThatGoesOn() {
        String before = hosts.rules();
        RunningTracker tracker = hosts.track();
        hosts.scan(Network.PEER, Network.HOST);
        tracker.out().await("Blocked " + Network.PEER + " ");
        assertEquals("1 ban lifted\n", hosts.tcptracker("chain", "--flush").orThrow());
        assertEquals(before, hosts.rules(), "while the tracker runs");

        hosts.scan(Network.OTHER, Network.HOST);
        tracker.out().await("Blocked " + Network.OTHER + " ");
        assertEquals(1, hosts.rulesAgainst(Network.OTHER).size(), hosts::rules);
        assertEquals(List.of(), hosts.rulesAgainst(Network.PEER), "the ban that was lifted by hand");
        tracker.out().await("Unblocked " + Network.PEER + "$");
        Await.until("healthy", tracker::health, health -> health.status() == 200);
        assertEquals(1, tracker.metric("tcptracker_blocked_sources"));
        tracker.end("TERM");
        assertEquals(0, tracker.exitCode());
        assertEquals(before, hosts.rules(), "in the end");
    }

    @Test
    void listsSinceWhenAndUntilWhenASourceIsBlocked() {
        RunningTracker tracker = hosts.track("--ban", "1h");
        hosts.scan(Network.PEER, Network.HOST);
        String blocked = tracker.out().await("Blocked " + Network.PEER + " until ");
        String until = blocked.substring(blocked.lastIndexOf(' ') + 1);
        List<String> table = hosts.tcptracker("chain").orThrow().lines().toList();
        assertEquals(2, table.size(), () -> "lines: " + table);
        String row = Network.PEER + " +20\\S+Z +" + until;
        assertTrue(table.get(1).matches(row), () -> "not " + row + ": " + table);
        assertTrue(table.get(0).startsWith("SOURCE"), () -> "lines: " + table);
    }
}
