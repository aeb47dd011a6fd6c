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
 * A program that is kept running and told line by line what to do, because that takes a hundredth of what starting it
 * takes. It says nothing but what it complains of, so whoever has to know that it did something adds what it must
 * complain of. It ends when its input does, hence with us, however we end.
 *
 * <p>Confined to one thread at a time.
 */
public final class PipedProgram implements Closeable {
    /** What goes into an empty pipe without anybody reading, however small its buffer is. */
    public static final int LEAST_PIPE = 4096;
    /** What it may say at once; if it says more, it waits. */
    private static final int MOST_UNREAD = 10_000;

    private static final String END = "";

    private final Process process;
    private final BlockingQueue<String> complaints = new LinkedBlockingQueue<>(MOST_UNREAD);

    PipedProgram(Process process) {
        this.process = process;
        Thread reader = new Thread(this::listen, "firewall-complaints");
        reader.setDaemon(true);
        reader.start();
    }

    /** The program ended, or didn't answer in time; the message tells which. */
    public static final class Broken extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean hung;

        private Broken(String message, boolean hung) {
            super(message);
            this.hung = hung;
        }

        public boolean hung() {
            return hung;
        }
    }

    private void listen() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), Programs.BYTES))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    complaints.put(line);
                }
            }
        } catch (IOException e) {
            // It ended, or was killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        complaints.offer(END);
    }

    /** Tells it these lines. If it has ended, the next complaint is that. */
    public void tell(String text) {
        if (text.length() <= LEAST_PIPE) {
            write(text);
        } else {
            // It may hang before it has read all of it.
            CompletableFuture<Boolean> unused = Programs.inBackground(() -> write(text));
        }
    }

    private boolean write(String text) {
        try {
            process.getOutputStream().write(text.getBytes(Programs.BYTES));
            process.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            complaints.offer(END);
            return false;
        }
    }

    /**
     * The next line that it complains with.
     *
     * @param until when to give up, by {@link System#nanoTime}
     */
    public String complaint(long until) throws Broken {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    String line = complaints.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    if (line == null) {
                        throw new Broken("did not answer in time", true);
                    }
                    if (line.equals(END)) {
                        throw new Broken("ended", false);
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

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it. Nothing is lost of what it answered for. */
    @Override
    public void close() {
        Programs.kill(process);
    }
}
