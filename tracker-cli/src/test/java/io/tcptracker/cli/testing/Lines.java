package io.tcptracker.cli.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The lines that a program writes, read as they come on a thread of its own. Threadsafe. */
public final class Lines {
    private final String name;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean ended;

    public Lines(String name, InputStream stream) {
        this.name = name;
        reader = new Thread(() -> read(stream), name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            // The program was killed.
        }
        end();
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    public synchronized List<String> all() {
        return List.copyOf(lines);
    }

    /** Those in which this regular expression is found. */
    public List<String> with(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return all().stream().filter(line -> pattern.matcher(line).find()).toList();
    }

    /** The first line in which this regular expression is found, as soon as there is one. */
    public synchronized String await(String regex) {
        Pattern pattern = Pattern.compile(regex);
        long until = System.nanoTime() + Await.PATIENCE.toNanos();
        int next = 0;
        try {
            while (true) {
                for (; next < lines.size(); next++) {
                    if (pattern.matcher(lines.get(next)).find()) {
                        return lines.get(next);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (ended || left <= 0) {
                    throw new AssertionError(
                            name + (ended ? " ended" : " goes on") + " without a line with '" + regex + "'");
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All lines, once the program has closed the stream. */
    public List<String> awaitEnd() {
        try {
            reader.join(Await.PATIENCE.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (reader.isAlive()) {
            throw new AssertionError(name + " goes on");
        }
        return all();
    }

    @Override
    public String toString() {
        List<String> all = all();
        int left = Math.max(0, all.size() - 40);
        return name + (left == 0 ? "" : " after " + left + " lines") + ":\n  "
                + String.join("\n  ", all.subList(left, all.size()));
    }
}
