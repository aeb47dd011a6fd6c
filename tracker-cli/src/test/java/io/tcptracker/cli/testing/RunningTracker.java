package io.tcptracker.cli.testing;

import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tracker that runs, and what it says and answers. */
public final class RunningTracker {
    /** What an endpoint answered. */
    public record Answer(int status, String body) {}

    private final Function<String[], List<String>> onHost;
    private final Process process;
    private final Lines err;
    private @Nullable Lines out;

    /** Starts it; until {@link #read} is called, its output fills the pipe. */
    RunningTracker(List<String> command, Function<String[], List<String>> onHost) {
        this.onHost = onHost;
        process = Network.start(command);
        err = new Lines("standard error of the tracker", process.getErrorStream());
    }

    RunningTracker awaitWatching() {
        err.await("watching");
        return this;
    }

    /** Begins to read its standard output. */
    public RunningTracker read() {
        out = new Lines("standard output of the tracker", process.getInputStream());
        return this;
    }

    public Lines out() {
        if (out == null) {
            throw new IllegalStateException("not read");
        }
        return out;
    }

    public Lines err() {
        return err;
    }

    public Answer ask(String path) {
        String answer = Shell.run(onHost.apply(new String[] {
                    "curl", "-sS", "--max-time", "10", "-w", "\n%{http_code}", "http://127.0.0.1:8081" + path
                }))
                .orThrow();
        int last = answer.lastIndexOf('\n');
        return new Answer(Integer.parseInt(answer.substring(last + 1)), answer.substring(0, last));
    }

    public Answer health() {
        return ask("/health");
    }

    /** The value of a metric, named with its labels. */
    public long metric(String name) {
        return ask("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    public void signal(String name) {
        Shell.run("kill", "-" + name, Long.toString(process.pid())).orThrow();
    }

    /** Sends a signal and waits for the end; returns how long that took. */
    public Duration end(String signal) {
        long start = System.nanoTime();
        signal(signal);
        try {
            if (!process.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running after SIG" + signal);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    public int exitCode() {
        return process.exitValue();
    }

    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public String toString() {
        String state = process.isAlive() ? "The tracker runs." : "The tracker ended with " + process.exitValue() + ".";
        return state + "\n" + err + "\n" + (out == null ? "" : out);
    }
}
