package io.tcptracker.cli.check;

import io.tcptracker.cli.check.CheckResult.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Several checks, made at the same time, of which none can keep the others waiting. */
final class ParallelChecks {
    private final Map<String, FutureTask<List<CheckResult>>> checks = new LinkedHashMap<>();

    /** Starts a check. */
    void start(String name, Callable<List<CheckResult>> check) {
        FutureTask<List<CheckResult>> task = new FutureTask<>(check);
        checks.put(name, task);
        // A native call or a program that hangs must not keep the process from ending.
        Thread thread = new Thread(task, "check-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** What all of them found, in the order in which they were started; those that don't end in time are given up. */
    List<CheckResult> findings(Duration longest) throws InterruptedException {
        long until = System.nanoTime() + longest.toNanos();
        List<CheckResult> findings = new ArrayList<>();
        for (Map.Entry<String, FutureTask<List<CheckResult>>> check : checks.entrySet()) {
            try {
                findings.addAll(check.getValue().get(until - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                findings.add(new CheckResult(
                        check.getKey(),
                        State.UNAVAILABLE,
                        "no answer within " + longest.toSeconds() + " s",
                        "see what it waits for: the firewall's lock (fuser -v /run/xtables.lock), or a busy machine"));
            } catch (ExecutionException e) {
                findings.add(new CheckResult(
                        check.getKey(), State.UNAVAILABLE, "an error in this program: " + e.getCause(), "report it"));
            }
        }
        return findings;
    }
}
