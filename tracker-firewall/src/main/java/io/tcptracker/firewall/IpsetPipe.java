package io.tcptracker.firewall;

import io.tcptracker.core.Firewall.FirewallException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An {@code ipset} that is kept running, because a command to it takes a hundredth of what starting it takes. It is
 * started when first needed, and again when it has ended or didn't answer in time.
 *
 * <p>Confined to one thread at a time.
 */
final class IpsetPipe implements Closeable {
    /** What goes into an empty pipe without anybody reading, however small its buffer is. */
    private static final int MOST_BYTES = 4096;
    /** An unknown type of set is what it complains of in our words, without asking the kernel. */
    private static final String ACKNOWLEDGE = "create " + Chain.NAME + " acknowledged";

    private static final int ROOM_FOR_IT = ACKNOWLEDGE.length() + 20;
    /** What it may say at once; if it says more, it waits. */
    private static final int MOST_LINES = 10_000;

    private static final String END = "";

    private final Runner runner;
    private final Path tool;
    private @Nullable Process process;
    private BlockingQueue<String> errors = new LinkedBlockingQueue<>();
    private long acknowledged;

    IpsetPipe(Runner runner, Path tool) {
        this.runner = runner;
        this.tool = tool;
    }

    /** A process that ended or was killed; the message tells which. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    /**
     * Has it do these commands, all of which can be done twice, in a few batches.
     *
     * @return what it said of each in turn; empty for one that it did
     */
    List<String> tell(List<String> commands) throws FirewallException {
        try {
            return tellOnce(commands);
        } catch (Broken first) {
            close();
            try {
                return tellOnce(commands);
            } catch (Broken second) {
                close();
                throw Diagnosis.broken(tool, String.valueOf(second.getMessage()));
            }
        }
    }

    private List<String> tellOnce(List<String> commands) throws FirewallException, Broken {
        List<String> answers = new ArrayList<>();
        int first = 0;
        while (first < commands.size()) {
            int last = first + 1;
            int bytes = commands.get(first).length() + ROOM_FOR_IT;
            while (last < commands.size() && bytes + commands.get(last).length() < MOST_BYTES) {
                bytes += commands.get(last).length() + 1;
                last++;
            }
            answers.addAll(batch(commands.subList(first, last)));
            first = last;
        }
        return answers;
    }

    /** It doesn't say which command an error is about, so after one the commands are told again one by one. */
    private List<String> batch(List<String> commands) throws FirewallException, Broken {
        String said = talk(commands);
        if (said.isEmpty() || commands.size() == 1) {
            return said.isEmpty() ? commands.stream().map(each -> "").toList() : List.of(said);
        }
        List<String> answers = new ArrayList<>();
        for (String command : commands) {
            answers.add(talk(List.of(command)));
        }
        return answers;
    }

    private String talk(List<String> commands) throws FirewallException, Broken {
        Process current = process == null ? start() : process;
        acknowledged++;
        String token = "acknowledged" + acknowledged + "'";
        String text = String.join("\n", commands) + "\n" + ACKNOWLEDGE + acknowledged + "\n";
        try {
            current.getOutputStream().write(text.getBytes(Runner.BYTES));
            current.getOutputStream().flush();
        } catch (IOException e) {
            throw new Broken("ended");
        }
        // Both tries together take no longer than any other program may.
        long until = System.nanoTime() + runner.deadline().toNanos() / 2;
        StringBuilder said = new StringBuilder();
        while (true) {
            String line = next(until);
            if (line.contains(token)) {
                return said.toString();
            }
            // What it may say at its start of kernel and program being of different age is no failure.
            if (!line.contains("Warning:")) {
                said.append(line).append('\n');
            }
        }
    }

    private String next(long until) throws Broken {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    String line = errors.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (line == null) {
                        throw new Broken("did not answer in time");
                    }
                    if (line.equals(END)) {
                        throw new Broken("ended");
                    }
                    return line;
                } catch (InterruptedException e) {
                    // As with other programs: cut short, nobody would know what it did.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Process start() throws FirewallException {
        Process started = runner.converse(tool, List.of("-"));
        BlockingQueue<String> lines = new LinkedBlockingQueue<>(MOST_LINES);
        Thread reader = new Thread(() -> read(started, lines), "firewall-ipset");
        reader.setDaemon(true);
        reader.start();
        errors = lines;
        process = started;
        return started;
    }

    private static void read(Process process, BlockingQueue<String> lines) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), Runner.BYTES))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    lines.put(line);
                }
            }
        } catch (IOException e) {
            // It ended, or was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lines.offer(END);
    }

    /** Kills it. Nothing is lost: whatever it was told it has answered for. */
    @Override
    public void close() {
        Process current = process;
        process = null;
        if (current != null) {
            Runner.kill(current);
        }
    }
}
