package io.tcptracker.firewall.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcptracker.firewall.FakeTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RulesetMonitorTest {
    @TempDir
    Path directory;

    private final List<RulesetMonitor> opened = new ArrayList<>();
    private FakeTools tools;

    @BeforeEach
    void makeTools() throws IOException {
        tools = new FakeTools(directory);
    }

    @AfterEach
    void close() {
        opened.forEach(RulesetMonitor::close);
    }

    private RulesetMonitor open(Runnable changed) {
        RulesetMonitor monitor = new RulesetMonitor(tools.runner(Duration.ofSeconds(5)), changed);
        opened.add(monitor);
        return monitor;
    }

    @Test
    void readsAnyOutput() throws Exception {
        Path done = directory.resolve("done");
        tools.tool("setpriv", "#!/bin/sh\nhead -c 200000000 /dev/zero; echo > " + done + "; echo; exec sleep 1000\n");
        CountDownLatch all = new CountDownLatch(1);
        open(() -> {
            if (Files.exists(done)) {
                all.countDown();
            }
        });
        all.await();
        assertEquals(1, ProcessHandle.current().children().count(), "programs that listen");
    }

    @Test
    void takesTheOtherProgramWhenOneEndsAndThenRests() throws Exception {
        tools.tool("setpriv", "#!/bin/sh\necho \"$*\" >> " + directory + "/log\n");
        Semaphore heard = new Semaphore(0);
        open(heard::release);
        heard.acquire(2);
        assertEquals(
                List.of(
                        "--pdeathsig KILL prlimit --data=33554432 nft monitor",
                        "--pdeathsig KILL stdbuf -oL xtables-monitor -e"),
                tools.log().lines().toList());
    }

    @Test
    void endsItWhenClosed() throws Exception {
        tools.tool("setpriv", "#!/bin/sh\necho; exec sleep 1000\n");
        Semaphore heard = new Semaphore(0);
        RulesetMonitor monitor = open(heard::release);
        heard.acquire();
        List<ProcessHandle> listening = ProcessHandle.current().children().toList();
        assertEquals(1, listening.size(), "programs that listen");
        monitor.close();
        assertFalse(listening.get(0).onExit().get().isAlive());
    }
}
