package io.tcptracker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs for tests, each bounded in time. */
public final class Shell {
    private static final String ADMIN_DIRECTORIES = ":/usr/local/sbin:/usr/sbin:/sbin";
    private static final long SECONDS = 120;

    /** What a program did. */
    public record Result(int exit, String out, String err) {
        /** Its output, if it succeeded. */
        public String orThrow() {
            if (exit != 0) {
                throw new IllegalStateException("exit code " + exit + ": " + out + err);
            }
            return out;
        }
    }

    private Shell() {}

    public static Optional<Path> find(String program) {
        return Stream.of((System.getenv("PATH") + ADMIN_DIRECTORIES).split(":"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Result run(String... command) {
        return run(List.of(command));
    }

    public static Result run(List<String> command) {
        try {
            Path out = Files.createTempFile("tcptracker", ".out");
            Path err = Files.createTempFile("tcptracker", ".err");
            try {
                Process process = builder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IllegalStateException("still running after " + SECONDS + " s: " + command);
                }
                return new Result(process.exitValue(), read(out), read(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A builder with the program's full path, so that it is found where PATH has no directories for administration. */
    public static ProcessBuilder builder(List<String> command) {
        List<String> full = new ArrayList<>(command);
        find(full.get(0)).ifPresent(path -> full.set(0, path.toString()));
        ProcessBuilder builder = new ProcessBuilder(full);
        builder.environment().put("PATH", System.getenv("PATH") + ADMIN_DIRECTORIES);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
