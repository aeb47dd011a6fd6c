package io.tcptracker.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcptracker.core.ban.Ban;
import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.firewall.nft.RulesetMonitor;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.BufferedReader;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others do to a firewall that is kept is heard of as it happens, where the kernel announces it. */
@Needs(
        namespaces = true,
        programs = {"iptables-nft", "ip6tables-nft", "ipset", "nft", "setpriv", "prlimit"})
@Timeout(60)
class KernelChangesTest extends KernelTables {
    private static final List<Ban> BANS = List.of(ban(Network.PEER, 0), ban(Network.PEER6, 1));
    private static final String[] NOT_ROOT = {
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all,+net_admin",
        "--ambient-caps=-all,+net_admin",
        "--bounding-set=-all,+net_admin"
    };

    private final Semaphore heard = new Semaphore(0);

    KernelChangesTest() {
        super("nft");
    }

    @ParameterizedTest
    @CsvSource({
        "IPSET, nft flush ruleset",
        "IPSET, iptables-nft -F",
        "IPSET, ip6tables-nft -D INPUT 1",
        "IPTABLES, iptables-nft -F tcptracker",
        "NFT, nft flush ruleset"
    })
    void damageIsHeardOf(BackendChoice kind, String meddling) throws Exception {
        install("nft", "nft");
        install("setpriv", "setpriv");
        KeptFirewall firewall = open(kind);
        firewall.replace(BANS, NOBODY);
        firewall.onChange(heard::release);
        awaitListener();

        Shell.run(network.onHost(meddling.split(" ", -1))).orThrow();
        heard.acquire();
        assertEquals(State.DAMAGED, firewall.check().state());
    }

    private void awaitListener() throws InterruptedException {
        do {
            changeSomething();
        } while (!heard.tryAcquire(100, TimeUnit.MILLISECONDS));
        awaitSilence();
    }

    /** Of all that was done there is no more to be heard. */
    private void awaitSilence() throws InterruptedException {
        while (heard.tryAcquire(100, TimeUnit.MILLISECONDS)) {
            heard.drainPermits();
        }
    }

    private void changeSomething() {
        nft("add table ip somebody", "delete table ip somebody");
    }

    @Test
    void unprivilegedProcessHearsOfChangesToo() throws Exception {
        install("setpriv", "setpriv");
        RulesetMonitor monitor =
                new RulesetMonitor(host(network.onHost(NOT_ROOT)).runner(), heard::release);
        awaitListener();
        changeSomething();
        heard.acquire();
        monitor.close();
        awaitSilence();
        changeSomething();
        assertEquals(0, heard.availablePermits(), "heard of after the end");
    }

    @Test
    void listenerEndsWithItsKilledParent() throws Exception {
        Process process = start(network.onHost(Java.command(Listener.class)));
        BufferedReader out = process.inputReader();
        while (!out.ready() && process.isAlive()) {
            changeSomething();
        }
        assertEquals("changed", Java.nextLine(process));
        List<ProcessHandle> listening = process.descendants().toList();
        assertEquals(1, listening.size(), "programs that listen");

        process.destroyForcibly();
        assertFalse(listening.get(0).onExit().get().isAlive());
    }
}
