package io.tcptracker.firewall.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The ways to read, write and kill child processes that short and long-lived ones share. */
public final class ChildProcesses {
    /** The charset that keeps each byte, since rules are given back byte for byte with comments in any encoding. */
    static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private ChildProcesses() {}

    /** Kills a program and all programs that it started. */
    public static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    interface Task<T> {
        T run() throws IOException;
    }

    // On a thread, because a pipe can't be read with a deadline. A program may leave its pipe to another that it
    // started.
    static <T> CompletableFuture<T> inBackground(Task<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.run());
                    } catch (IOException e) {
                        result.completeExceptionally(new UncheckedIOException(e));
                    }
                },
                "firewall-pipe");
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
