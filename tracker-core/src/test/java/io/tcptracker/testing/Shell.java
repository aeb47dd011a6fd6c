package io.tcptracker.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs programs for tests, each bounded in time. */
public final class Shell {
    // Last the stand-ins of version managers, which take ten times as long as the program to start.
    private static final String PATH = Stream.concat(
                    Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
            .sorted(Comparator.comparing(directory -> directory.endsWith("/shims")))
            .collect(Collectors.joining(":"));
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
        return Stream.of(PATH.split(":"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Result run(String... command) {
        return run(List.of(command));
    }

    public static Result run(List<String> command) {
        return run(command, "");
    }

    /** Runs a program with this input, which must be less than what a pipe holds. */
    public static Result run(List<String> command, String input) {
        try {
            Path out = Files.createTempFile("tcptracker", ".out");
            Path err = Files.createTempFile("tcptracker", ".err");
            try {
                Process process = builder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                try (OutputStream in = process.getOutputStream()) {
                    in.write(input.getBytes(StandardCharsets.UTF_8));
                }
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
        builder.environment().put("PATH", PATH);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
