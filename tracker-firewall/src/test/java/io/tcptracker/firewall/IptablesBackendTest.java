package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcptracker.core.ban.AllowList;
import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.backend.HostEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What we tell iptables and make of its answers, without a kernel. */
@Timeout(60)
class IptablesBackendTest {
    private static final String V4_RULE =
            "-A tcptracker -s 192.0.2.7 -m comment --comment" + " \"1795341600+600 #1\" -j DROP\n";
    private static final String V6_RULE =
            "-A tcptracker -s 2001:db8::7 -m comment --comment" + " \"1795341601+600 #1\" -j DROP\n";
    private static final Ban V4 = ban("192.0.2.7", 0);
    private static final Ban V6 = ban("2001:db8::7", 1);
    private static final String JUMP =
            "-I INPUT 1 -m conntrack --ctstate NEW,INVALID -m comment --comment tcptracker -j tcptracker\n";
    private static final String NO_CHAIN = "exec >&2; echo 'iptables: No chain/target/match by that name.'; exit 1";

    private static final String V4_ALLOWED = """
            -A tcptracker -s 127.0.0.0/8 -m comment --comment "generation=0 loopback" -j RETURN
            -A tcptracker -s 0.0.0.0/8 -m comment --comment "unspecified" -j RETURN
            -A tcptracker -s 224.0.0.0/4 -m comment --comment "multicast" -j RETURN
            -A tcptracker -s 255.255.255.255 -m comment --comment "broadcast" -j RETURN
            """;
    private static final String V6_ALLOWED = """
            -A tcptracker -s ::1 -m comment --comment "generation=0 loopback" -j RETURN
            -A tcptracker -s :: -m comment --comment "unspecified" -j RETURN
            -A tcptracker -s ff00::/8 -m comment --comment "multicast" -j RETURN
            -A tcptracker -s fe80::/10 -m comment --comment "link-local" -j RETURN
            """;
    private static final AllowList NOBODY = AllowList.of(List.of());

    @TempDir
    Path directory;

    private FakeTools tools;
    private KeptFirewall firewall;

    @BeforeEach
    void open() throws IOException {
        tools = new FakeTools(directory);
        firewall = new KeptFirewall(NamespaceFirewall.open(tools.host(), BackendChoice.IPTABLES, Protection.HOST));
        tools.log();
    }

    @AfterEach
    void close() throws IOException {
        tools.mend();
        firewall.close();
    }

    @Test
    void replacesInOneTransactionPerFamily() throws IOException {
        firewall.replace(List.of(V4, V6), NOBODY);
        assertEquals(
                looks("iptables") + "iptables-restore -w 3 --noflush\n"
                        + "*filter\n:tcptracker - [0:0]\n" + V4_ALLOWED + V4_RULE + JUMP + "COMMIT\n"
                        + looks("ip6tables") + "ip6tables-restore -w 3 --noflush\n"
                        + "*filter\n:tcptracker - [0:0]\n" + V6_ALLOWED + V6_RULE + JUMP + "COMMIT\n",
                tools.log());
    }

    @Test
    void deletesEachJumpItFindsInTheWordsOfTheTool() throws IOException {
        tools.script("iptables", """
                case "$*" in *INPUT) ;; *) exit 0 ;; esac
                cat <<'END'
                -P INPUT DROP
                -A INPUT -i lo -j ACCEPT
                -A INPUT -m state --state NEW -j tcptracker
                -A INPUT -m comment --comment "not one: -j tcptracker" -j ACCEPT
                -A INPUT -m comment --comment "a \\"quoted\\" one" -j tcptracker
                -A INPUT -s 192.0.2.0/24 -g tcptracker
                -A INPUT -j tcptracker2
                END
                """);
        firewall.replace(List.of(), NOBODY);
        assertSays(
                "*filter\n:tcptracker - [0:0]\n" + V4_ALLOWED
                        + "-D INPUT -m state --state NEW -j tcptracker\n"
                        + "-D INPUT -m comment --comment \"a \\\"quoted\\\" one\" -j tcptracker\n"
                        + "-D INPUT -s 192.0.2.0/24 -g tcptracker\n"
                        + JUMP + "COMMIT\n",
                tools.log());
    }

    @Test
    void changesNothingIfItCantReadTheRules() throws IOException {
        tools.fail("iptables", 4, "Another app is currently holding the xtables lock.");
        assertRefused(Kind.FAILED, "fuser", () -> firewall.replace(List.of(V4), NOBODY));
        assertEquals("iptables -w 3 -S INPUT\n", tools.log());
    }

    @Test
    void addsWithoutTouchingOtherRules() throws IOException {
        firewall.replace(List.of(), NOBODY);
        tools.log();
        firewall.add(List.of(V4, V6));
        assertEquals(
                "iptables-restore -w 3 --noflush\n*filter\n" + V4_RULE + "COMMIT\n"
                        + "ip6tables-restore -w 3 --noflush\n*filter\n" + V6_RULE + "COMMIT\n",
                tools.log());
    }

    @Test
    void addsTheLatestBanOfASourceAndLeavesAFamilyWithoutBansAlone() throws IOException {
        firewall.replace(List.of(), NOBODY);
        tools.log();
        firewall.add(List.of(ban("2001:db8::7", 2), V6));
        firewall.add(List.of());
        assertEquals("ip6tables-restore -w 3 --noflush\n*filter\n" + V6_RULE + "COMMIT\n", tools.log());
    }

    @Test
    void asksWhetherTheChainIsGoneWhereTheToolDoesNotSay() throws IOException {
        tools.fail("iptables-restore", 1, "iptables-restore: line 2 failed");
        tools.script("iptables", NO_CHAIN);
        assertRefused(Kind.CHAIN_GONE, "finds no chain", () -> firewall.add(List.of(V4)));
    }

    @Test
    void doesNotTakeTheChainForGoneForAnotherFailure() throws IOException {
        tools.fail("iptables-restore", 1, "iptables-restore: line 2 failed");
        assertRefused(Kind.FAILED, "line 2 failed", () -> firewall.add(List.of(V4)));
    }

    @Test
    void listsTheBansOfBothFamiliesOldestFirst() throws IOException {
        tools.script("iptables", "echo '-N tcptracker'\ncat <<'END'\n" + V4_RULE + "END\n");
        tools.script("ip6tables", "cat <<'END'\n" + V6_RULE + "-A tcptracker -s 2001:db8::8/128 -j DROP\nEND\n");
        Ban byHand = new Ban(Prefix.parse("2001:db8::8"), Instant.EPOCH, Duration.ZERO);
        assertEquals(List.of(byHand, V4, V6), firewall.bans());
    }

    @Test
    void hasNoBansWithoutAChain() throws IOException {
        tools.script("iptables", NO_CHAIN);
        tools.fail("ip6tables", 1, "chain `tcptracker' in table `filter' is incompatible, use 'nft' tool.");
        assertEquals(List.of(), firewall.bans());
    }

    @Test
    void doesNotTakeAFailureToListForNoBans() throws IOException {
        tools.fail("ip6tables", 4, "Could not fetch rule set generation id: Permission denied (you must be root)");
        assertRefused(Kind.NOT_PERMITTED, "ip6tables is not permitted", firewall::bans);
    }

    @Test
    void takesAwayJumpAndChainInOneTransaction() throws IOException {
        tools.script("iptables", "case \"$*\" in *INPUT) echo '-A INPUT -j tcptracker' ;; esac");
        firewall.close();
        assertSays("*filter\n:tcptracker - [0:0]\n-D INPUT -j tcptracker\n-X tcptracker\nCOMMIT\n", tools.log());
    }

    @Test
    void triesTheOtherFamilyThoughOneCannotBeTakenAway() throws IOException {
        tools.fail("iptables-restore", 4, "iptables: Resource temporarily unavailable.");
        tools.fail("ip6tables-restore", 1, "iptables: Memory allocation problem.");
        FirewallException failure = assertThrows(FirewallException.class, () -> firewall.close());
        assertSays("lost a race", FirewallFailure.message(failure));
        assertEquals(1, failure.getSuppressed().length, "the failure of the other family is kept");
        assertSays("Memory", String.valueOf(failure.getSuppressed()[0].getMessage()));
    }

    @Test
    void closesOnceOnly() throws IOException {
        firewall.close();
        tools.log();
        firewall.close();
        assertEquals("", tools.log(), "by then the chain may be another tracker's");
    }

    @Test
    void failsWhenAToolHangs() throws IOException {
        tools.script("ip6tables-restore", "exec sleep 1000");
        HostEnvironment host =
                new HostEnvironment(tools.runner(Duration.ofSeconds(1)), true, directory.resolve("lock2"));
        KeptFirewall impatient =
                new KeptFirewall(NamespaceFirewall.open(host, BackendChoice.IPTABLES, Protection.HOST));
        assertRefused(
                Kind.FAILED, "ip6tables-restore did not end within 1 s", () -> impatient.replace(List.of(V6), NOBODY));
        tools.mend();
        impatient.close();
    }

    /** What is looked at before the jumps are renewed. */
    private static String looks(String tool) {
        return String.join(
                "",
                List.of("INPUT", "FORWARD", "DOCKER-USER").stream()
                        .map(place -> tool + " -w 3 -S " + place + "\n")
                        .toList());
    }

    private static Ban ban(String source, long second) {
        Instant since = Instant.parse("2026-11-22T10:00:00Z").plusSeconds(second);
        return new Ban(Prefix.parse(source), since, Duration.ofMinutes(10));
    }
}
