package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.HostFirewall.Protection;
import io.tcptracker.firewall.backend.HostEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is chosen on hosts of all sorts, and who may have it, without a kernel. */
@Timeout(60)
class BackendSelectionTest {
    private static final String NO_CHAIN = "exec >&2; echo 'iptables: No chain/target/match by that name.'; exit 1";

    @TempDir
    Path directory;

    private FakeTools tools;
    private HostFirewall firewall;

    @BeforeEach
    void open() throws IOException {
        tools = new FakeTools(directory);
        firewall = NamespaceFirewall.open(tools.host(), BackendChoice.IPTABLES, Protection.HOST);
        tools.log();
    }

    @AfterEach
    void close() throws IOException {
        tools.mend();
        firewall.close();
    }

    @Test
    void coversIpv4AloneWhereTheKernelHasNoIpv6() throws IOException {
        tools.remove("ip6tables");
        assertEquals(
                "iptables 1.8.9 (legacy), IPv4 only, with plain rules: at most 2000 bans",
                NamespaceFirewall.attach(tools.host(false)).description());
    }

    @Test
    void coversIpv4AloneWhereTheToolFindsNoIpv6() throws IOException {
        tools.fail(
                "ip6tables", 3, "can't initialize ip6tables table `filter': Address family not supported by protocol");
        assertEquals(
                "iptables 1.8.9 (legacy), IPv4 only, with plain rules: at most 2000 bans",
                NamespaceFirewall.attach(tools.host()).description());
    }

    @Test
    void refusesToLeaveIpv6OpenForAnyOtherReason() throws IOException {
        tools.remove("ip6tables");
        assertRefused(Kind.NOT_INSTALLED, "ip6tables is not installed", () -> NamespaceFirewall.attach(tools.host()));
    }

    @Test
    void doesNotAskAnOldToolToWait() throws IOException {
        tools.tool("iptables", "#!/bin/sh\necho \"$*\" >> " + directory + "/log\necho 'iptables v1.4.21'\n");
        assertTrue(NamespaceFirewall.attach(tools.host(false)).description().startsWith("iptables 1.4.21 (legacy)"));
        assertTrue(tools.log().startsWith("-V\n-S INPUT\n"), "no -w");
    }

    @Test
    void fallsBackToRulesWhereSetsDoNotWorkAndSaysWhy() throws IOException {
        firewall.close();
        assertFallback("as ipset is not installed: at most 2000 bans");
        tools.tool("ipset", "#!/bin/sh\necho 'ipset v7.17: Cannot open session to kernel.' >&2\nexit 1\n");
        assertFallback("as ipset finds no sets in this kernel: at most 2000 bans");
        tools.ipset("exit 0");
        tools.fail("ip6tables-restore", 2, "Couldn't load match `set':No such file or directory");
        assertFallback("as ip6tables-restore lacks one of its extensions: at most 2000 bans");
        tools.mend();
        HostFirewall sets = NamespaceFirewall.open(tools.host(), BackendChoice.AUTO, Protection.HOST);
        assertEquals("iptables 1.8.9 (legacy) with ipset 7.17, IPv4 and IPv6", sets.description());
        sets.leave();
    }

    private void assertFallback(String why) throws IOException {
        assertThrows(
                FirewallException.class,
                () -> NamespaceFirewall.open(tools.host(), BackendChoice.IPSET, Protection.HOST));
        HostFirewall found = NamespaceFirewall.open(tools.host(), BackendChoice.AUTO, Protection.HOST);
        assertEquals("iptables 1.8.9 (legacy), IPv4 and IPv6, with plain rules, " + why, found.description());
        found.leave();
        HostReport report = NamespaceFirewall.report(tools.host(), BackendChoice.AUTO, Protection.HOST);
        assertEquals(Optional.of(found.description()), report.choice(), "the report says the same");
        assertEquals(List.of("iptables", "ip6tables"), installed(report).subList(0, 2));
    }

    private static List<String> installed(HostReport report) {
        return report.tools().stream()
                .filter(tool -> tool.file().isPresent())
                .map(HostReport.Tool::name)
                .toList();
    }

    @Test
    void reportsWhyNothingWorks() throws IOException {
        firewall.close();
        tools.fail("iptables", 4, "Could not fetch rule set generation id: Permission denied (you must be root)");
        HostReport report = NamespaceFirewall.report(tools.host(), BackendChoice.AUTO, Protection.HOST);
        assertEquals(Optional.empty(), report.choice());
        assertEquals(Kind.NOT_PERMITTED, report.failure().orElseThrow().kind());
        assertEquals(List.of("iptables", "ip6tables"), installed(report));
        assertFalse(report.isKept());
    }

    @Test
    void reportsTheChoiceOfTheRunningTracker() throws IOException {
        HostReport report = NamespaceFirewall.report(tools.host(), BackendChoice.NFT, Protection.HOST);
        assertTrue(report.isKept());
        assertTrue(report.choice().orElseThrow().startsWith("iptables 1.8.9 (legacy)"));
    }

    @Test
    void leavesBansInForceToTheNextTracker() throws IOException {
        assertTrue(firewall.isKept());
        firewall.leave();
        firewall.close();
        assertEquals("", tools.log());
        assertFalse(NamespaceFirewall.attach(tools.host()).isKept());
    }

    @Test
    void warnsOfForwardedTrafficAndOfProgramsThatTakeRulesAway() throws IOException {
        HostEnvironment host = new HostEnvironment(
                tools.runner(Duration.ofSeconds(5)), true, directory.resolve("lock"), directory, Clock.systemUTC());
        Files.createDirectories(directory.resolve("proc/sys/net/ipv4"));
        Files.writeString(directory.resolve("proc/sys/net/ipv4/ip_forward"), "1\n");
        Files.createDirectories(directory.resolve("run"));
        Files.createFile(directory.resolve("run/firewalld.pid"));
        // Every chain is there, that of Docker too, where listing it says nothing.
        List<FirewallWarning> warnings = NamespaceFirewall.attach(host).warnings();
        assertEquals(
                List.of(FirewallWarning.Kind.DOCKER, FirewallWarning.Kind.FIREWALLD),
                warnings.stream().map(FirewallWarning::kind).toList());
        tools.script("iptables", "case $* in *DOCKER-USER) " + NO_CHAIN + " ;; esac");
        tools.script("ip6tables", "case $* in *DOCKER-USER) " + NO_CHAIN + " ;; esac");
        assertSays(
                "forwards traffic",
                NamespaceFirewall.attach(host).warnings().get(0).text());
        firewall.close();
        HostFirewall all = NamespaceFirewall.open(host, BackendChoice.IPTABLES, Protection.ALL);
        assertEquals(1, all.warnings().size());
        all.leave();
    }

    @Test
    void refusesASecondTrackerBeforeItChangesAnything() throws IOException {
        assertRefused(
                Kind.IN_USE,
                "another tcptracker",
                () -> NamespaceFirewall.open(tools.host(), BackendChoice.IPTABLES, Protection.HOST));
        assertEquals("iptables -w 3 -S INPUT\nip6tables -w 3 -S INPUT\n", tools.log());
    }

    @Test
    void letsTheNextTrackerInOnceClosedEvenInVain() throws IOException {
        tools.fail("iptables-restore", 4, "iptables: Resource temporarily unavailable.");
        assertThrows(FirewallException.class, () -> firewall.close());
        tools.mend();
        firewall = NamespaceFirewall.open(tools.host(), BackendChoice.IPTABLES, Protection.HOST);
    }

    @Test
    void attachesWhileATrackerRuns() throws IOException {
        HostFirewall attached = NamespaceFirewall.attach(tools.host());
        assertEquals(List.of(), attached.bans());
        attached.close();
        assertRefused(
                Kind.IN_USE,
                "another tcptracker",
                () -> NamespaceFirewall.open(tools.host(), BackendChoice.IPTABLES, Protection.HOST));
    }
}
