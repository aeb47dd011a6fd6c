package io.tcptracker.firewall.process;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that is kept running and gets its commands line by line, at a hundredth of the cost of a new process. It writes
 * nothing but errors. A caller that must know that a command is done adds a command that fails with a known error. The
 * program ends when its input ends, hence with this process, however that ends.
 *
 * <p>Confined to one thread at a time.
 */
public final class PipedProgram implements Closeable {
    /** The bytes that fit into an empty pipe while the program reads nothing, even if the pipe is of the smallest size. */
    public static final int LEAST_PIPE = 4096;
    /** The most lines that are kept unread. The program waits while there are more. */
    private static final int MOST_UNREAD = 10_000;

    private static final String END = "";

    private final Process process;
    private final BlockingQueue<String> errors = new LinkedBlockingQueue<>(MOST_UNREAD);

    PipedProgram(Process process) {
        this.process = process;
        Thread reader = new Thread(this::readErrors, "firewall-errors");
        reader.setDaemon(true);
        reader.start();
    }

    /** The failure of a program that ended or didn't answer in time. The message says which. */
    public static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean hung;

        private Broken(String message, boolean hung) {
            super(message);
            this.hung = hung;
        }

        /** Returns whether the program still ran and did not answer. */
        public boolean hung() {
            return hung;
        }
    }

    private void readErrors() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), ChildProcesses.BYTES))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    errors.put(line);
                }
            }
        } catch (IOException e) {
            // The program ended or was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        errors.offer(END);
    }

    /** Sends lines to the program. If the program has ended, {@link #nextError} reports that. */
    public void send(String text) {
        if (text.length() <= LEAST_PIPE) {
            write(text);
        } else {
            // The program may hang before it has read all of the text.
            CompletableFuture<Boolean> unused = ChildProcesses.inBackground(() -> write(text));
        }
    }

    private boolean write(String text) {
        try {
            process.getOutputStream().write(text.getBytes(ChildProcesses.BYTES));
            process.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            errors.offer(END);
            return false;
        }
    }

    /**
     * Waits for the next line that the program writes to standard error.
     *
     * @param until the time to give up, by {@link System#nanoTime}
     * @throws Broken if the program ended or writes nothing until then
     */
    public String nextError(long until) throws Broken {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    String line = errors.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (line == null) {
                        throw new Broken("did not answer in time", true);
                    }
                    if (line.equals(END)) {
                        throw new Broken("ended", false);
                    }
                    return line;
                } catch (InterruptedException e) {
                    // As with other programs: if it were cut short, its effect would be unknown.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns whether the program runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the program. The commands that it has answered stay in force. */
    @Override
    public void close() {
        ChildProcesses.kill(process);
    }
}
