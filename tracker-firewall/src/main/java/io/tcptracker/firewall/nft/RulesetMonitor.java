package io.tcptracker.firewall.nft;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.firewall.process.ChildProcesses;
import io.tcptracker.firewall.process.Programs;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener to changes of the rulesets of nftables, of which those of iptables-nft are some. The kernel announces changes,
 * and a program that is kept running prints them. Without that program or the privilege nothing is heard, but all else works.
 *
 * <p>Threadsafe.
 */
public final class RulesetMonitor implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(RulesetMonitor.class);

    /**
     * The second is small, but dies of a few hundred changes at once. The first stands them, but keeps all rulesets in
     * memory; where they take more than this limit, it dies too.
     */
    private static final List<List<String>> PROGRAMS = List.of(
            List.of("prlimit", "--data=33554432", "nft", "monitor"), List.of("stdbuf", "-oL", "xtables-monitor", "-e"));

    private static final long PAUSE_SECONDS = 60;
    private static final int READ_AT_ONCE = 64 * 1024;

    private final Programs runner;
    private final Runnable changed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Process process;

    /**
     * Listens until it is closed.
     *
     * @param changed is run for each change at least once, and now and then for none
     */
    public RulesetMonitor(Programs runner, Runnable changed) {
        this.runner = runner;
        this.changed = changed;
        Thread listener = new Thread(this::listen, "firewall-changes");
        listener.setDaemon(true);
        listener.start();
    }

    private void listen() {
        try {
            Path setpriv = runner.find("setpriv", "util-linux");
            do {
                for (List<String> program : PROGRAMS) {
                    listen(setpriv, program);
                }
            } while (!closed.await(PAUSE_SECONDS, TimeUnit.SECONDS));
        } catch (IOException e) {
            log.debug("changes of the firewall aren't heard of: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen(Path setpriv, List<String> program) throws FirewallException {
        if (closed.getCount() == 0) {
            return;
        }
        // It dies with the thread that started it, hence with us, however we end: else not before the next change.
        List<String> arguments = new ArrayList<>(List.of("--pdeathsig", "KILL"));
        arguments.addAll(program);
        Process started = runner.startForOutput(setpriv, arguments);
        process = started;
        if (closed.getCount() == 0) {
            ChildProcesses.kill(started);
        }
        drain(started);
        if (closed.getCount() > 0) {
            log.debug("{} ended", program);
            // It may have been overrun, by changes that it didn't print.
            changed.run();
        }
    }

    /** Reads all that the program prints, without keeping any of it. */
    private void drain(Process from) {
        byte[] printed = new byte[READ_AT_ONCE];
        try (InputStream out = from.getInputStream()) {
            while (out.read(printed) >= 0) {
                changed.run();
            }
        } catch (IOException e) {
            // It was killed.
        }
    }

    @Override
    public void close() {
        closed.countDown();
        Process running = process;
        if (running != null) {
            ChildProcesses.kill(running);
        }
    }
}
