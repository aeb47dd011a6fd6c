package io.tcptracker.cli.console;

import io.tcptracker.capture.CaptureFile;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A progress line on the terminal for a long capture file. A thread of its own rewrites the line twice a second, so that
 * the reader never waits, and removes it at the end. A file that is read within 2 s has no line.
 */
public final class Progress implements AutoCloseable {
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration EACH = Duration.ofMillis(500);

    private static final int LONGEST_NAME = 30; // a wrapped line can't be rewritten
    private static final String LINE_START = "\r";
    private static final String CLEAR_TO_END = "\u001b[K";

    private final String name;
    private final CaptureFile file;
    private final Optional<PrintWriter> terminal;
    private final Duration quiet;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable Thread thread;

    Progress(String name, CaptureFile file, Optional<PrintWriter> terminal, Duration quiet) {
        this.name = name;
        this.file = file;
        this.terminal = terminal;
        this.quiet = quiet;
    }

    /**
     * Returns a progress line for a capture file.
     *
     * @param terminal where the line is shown; empty for no line
     */
    public static Progress of(String name, CaptureFile file, Optional<PrintWriter> terminal) {
        return new Progress(name, file, terminal, QUIET);
    }

    /** Starts to show the line, if there is a terminal. */
    public void start() {
        if (terminal.isPresent()) {
            PrintWriter out = terminal.get();
            Thread showing = new Thread(() -> show(out), "progress");
            showing.setDaemon(true);
            showing.start();
            thread = showing;
        }
    }

    private void show(PrintWriter out) {
        long start = System.nanoTime();
        try {
            if (done.await(quiet.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            do {
                out.print(LINE_START
                        + line(name, file.bytesRead(), file.size(), System.nanoTime() - start)
                        + CLEAR_TO_END);
                out.flush();
            } while (!done.await(EACH.toMillis(), TimeUnit.MILLISECONDS));
            out.print(LINE_START + CLEAR_TO_END);
            out.flush();
        } catch (InterruptedException e) {
            // No code interrupts this thread.
        }
    }

    static String line(String name, long read, OptionalLong size, long nanos) {
        String plain = Terminal.printable(name);
        String end =
                plain.length() <= LONGEST_NAME ? plain : "..." + plain.substring(plain.length() - LONGEST_NAME + 3);
        double perSecond = read * 1e9 / Math.max(1, nanos);
        String far = size.isPresent()
                ? String.format(
                        Locale.ROOT, "%d %% of %s", percent(read, size.getAsLong()), bytes((double) size.getAsLong()))
                : bytes((double) read);
        return String.format(Locale.ROOT, "%s: %s, %s/s", end, far, bytes(perSecond));
    }

    /** Returns the part that is read. A file that is still being written may yield more than its size. */
    private static long percent(long read, long size) {
        return Math.min(100, read * 100 / Math.max(1, size));
    }

    private static String bytes(double count) {
        if (count < 1e6) {
            return String.format(Locale.ROOT, "%.0f kB", count / 1e3);
        }
        return count < 1e9
                ? String.format(Locale.ROOT, "%.0f MB", count / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", count / 1e9);
    }

    @Override
    public void close() {
        done.countDown();
        try {
            if (thread != null) {
                thread.join(); // the next output must not be erased
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
