package io.tcptracker.capture;

import io.tcptracker.testing.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** A {@link CaptureMain} that runs in a namespace: what it says, and commands for it. */
final class CaptureProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private static final int BUFFER_BYTES = 16 * 1024 * 1024;

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private CaptureProcess(Process process) {
        this.process = process;
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "lines of the capture");
        reader.setDaemon(true);
        reader.start();
    }

    /** The command that starts it, to be put into a namespace. */
    static String[] command(Engine engine, String... arguments) {
        return command(engine, BUFFER_BYTES, arguments);
    }

    static String[] command(Engine engine, int bufferBytes, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-Dengine=" + engine,
                "-Dbuffer=" + bufferBytes,
                "-cp",
                System.getProperty("java.class.path"),
                CaptureMain.class.getName()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    static CaptureProcess start(List<String> command) {
        return new CaptureProcess(Network.start(command));
    }

    /** Captures on a device of the host, from now on. */
    static CaptureProcess running(Network network, Engine engine, String... arguments) {
        return running(network.onHost(command(engine, arguments)));
    }

    static CaptureProcess running(List<String> command) {
        CaptureProcess capture = start(command);
        capture.await("OPEN");
        capture.tell("run");
        capture.await("RUNNING");
        return capture;
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("LOST " + e);
        }
    }

    void tell(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("after " + seen, e);
        }
    }

    /** Gives a command and returns the answer, without its first word. */
    String ask(String command, String answer) {
        tell(command);
        return await(answer).substring(answer.length()).strip();
    }

    String await(String begin) {
        return await(line -> line.startsWith(begin), begin);
    }

    String await(Predicate<String> wanted, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (true) {
                String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new AssertionError("'" + what + "' didn't come; what came: " + seen);
                }
                seen.add(line);
                if (wanted.test(line)) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What came so far, without waiting. */
    List<String> seen() {
        lines.drainTo(seen);
        return List.copyOf(seen);
    }

    Statistics statistics() {
        String[] fields = ask("statistics", "STATISTICS").split(" ", -1);
        return new Statistics(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]));
    }

    /** Waits for so many segments, for a while; the caller looks whether they came. */
    Statistics awaitSegments(long count) {
        return await(count, Statistics::segments);
    }

    /** Waits for so many packets, received or dropped. */
    Statistics awaitPackets(long count) {
        return await(count, now -> now.received() + now.kernel());
    }

    private Statistics await(long count, ToLongFunction<Statistics> counted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Statistics now = statistics();
        while (counted.applyAsLong(now) < count && System.nanoTime() < deadline) {
            now = statistics();
        }
        return now;
    }

    record Statistics(long received, long kernel, long device, long undecodable, long segments) {}

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
