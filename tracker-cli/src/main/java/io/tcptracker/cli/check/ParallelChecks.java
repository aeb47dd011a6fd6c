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

/** A set of checks that run at the same time, so that none delays the others. Not threadsafe. */
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

    /** Returns all results, in the order of the start. A check that takes longer than {@code longest} is given up. */
    List<CheckResult> results(Duration longest) throws InterruptedException {
        long until = System.nanoTime() + longest.toNanos();
        List<CheckResult> results = new ArrayList<>();
        for (Map.Entry<String, FutureTask<List<CheckResult>>> check : checks.entrySet()) {
            try {
                results.addAll(check.getValue().get(until - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                results.add(
                        new CheckResult(
                                check.getKey(),
                                State.UNAVAILABLE,
                                "no answer within " + longest.toSeconds() + " s",
                                "find out what delays it: another holder of the firewall's lock (fuser -v /run/xtables.lock), or a busy machine"));
            } catch (ExecutionException e) {
                results.add(new CheckResult(
                        check.getKey(), State.UNAVAILABLE, "an error in this program: " + e.getCause(), "report it"));
            }
        }
        return results;
    }
}
