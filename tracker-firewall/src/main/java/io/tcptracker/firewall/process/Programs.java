package io.tcptracker.firewall.process;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A runner of programs, each bounded in time and output. There is no shell in between.
 *
 * <p>An interrupt doesn't cut a program short, since its effect would then be unknown. The interrupt stays pending.
 *
 * <p>Threadsafe.
 */
public final class Programs {
    /**
     * The result of a program that ran to its end.
     *
     * @param err what it wrote to standard error, which may be cut off
     */
    public record Result(Path program, int exit, String out, String err) {
        /** Returns whether the program did what it was asked to do. */
        public boolean succeeded() {
            return exit == 0;
        }

        /** Returns this result if the program succeeded, else throws the failure as this table explains it. */
        public Result orThrow(ErrorTable errors) throws FirewallException {
            if (!succeeded()) {
                throw explain(errors);
            }
            return this;
        }

        /** Returns the failure that the program's output tells, as this table explains it. */
        public FirewallException explain(ErrorTable errors) {
            return errors.explain(program, exit, err.isBlank() ? out : err);
        }
    }

    private static final String USUAL_DIRECTORIES = "/usr/sbin:/sbin:/usr/local/sbin";
    private static final String CHILDS_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    /** The most output in bytes, more than the most bans take. */
    private static final int MOST_OUT = 32 << 20;

    private static final int MOST_ERR = 16 << 10;

    private final List<String> prefix;
    private final String path;
    private final Duration deadline;

    /**
     * @param prefix the words before each program, such as another program that runs it
     * @param path the directories that hold programs, separated by colons
     * @param deadline the time after which a program is killed
     */
    public Programs(List<String> prefix, String path, Duration deadline) {
        this.prefix = List.copyOf(prefix);
        this.path = path;
        this.deadline = deadline;
    }

    /** Returns a runner of this host's programs, with a deadline of 5 s. */
    public static Programs ofHost() {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        // A user other than root may have no directories for administration on the path. The tools are there all the
        // same.
        return new Programs(List.of(), path + ":" + USUAL_DIRECTORIES, Duration.ofSeconds(5));
    }

    /**
     * Finds an installed program.
     *
     * @param software the package that has the program, for the message
     * @throws FirewallException if the program isn't installed
     */
    public Path find(String program, String software) throws FirewallException {
        List<Path> present = Stream.of(path.split(":"))
                .map(directory -> Path.of(directory, program))
                // Any user who may write to the current directory could put a program into a relative one.
                .filter(file -> file.isAbsolute() && Files.isRegularFile(file))
                .toList();
        for (Path file : present) {
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw present.isEmpty()
                ? ErrorMessages.notInstalled(program, software)
                : ErrorMessages.notExecutable(present.get(0));
    }

    /**
     * Runs a program to its end, with any exit code.
     *
     * @throws FirewallException if it can't be started, doesn't end in time, or writes without end
     */
    public Result run(Path program, List<String> arguments, String input) throws FirewallException {
        Process process = start(program, builder(program, arguments));
        CompletableFuture<String> out = ChildProcesses.inBackground(() -> read(process.getInputStream(), MOST_OUT));
        CompletableFuture<String> err = ChildProcesses.inBackground(() -> read(process.getErrorStream(), MOST_ERR));
        CompletableFuture<Boolean> in = input.isEmpty()
                // This can't block, and most programs get no input.
                ? CompletableFuture.completedFuture(write(process.getOutputStream(), input))
                : ChildProcesses.inBackground(() -> write(process.getOutputStream(), input));
        if (!await(CompletableFuture.allOf(process.onExit(), in, out, err))) {
            ChildProcesses.kill(process);
            throw ErrorMessages.timedOut(program, deadline);
        }
        if (out.join().length() > MOST_OUT) {
            throw new FirewallException(
                    Kind.FAILED, ErrorMessages.name(program) + " printed more than " + (MOST_OUT >> 20) + " MiB");
        }
        return new Result(program, process.exitValue(), out.join(), err.join());
    }

    /** Returns the time after which a program is killed. */
    public Duration deadline() {
        return deadline;
    }

    /** Starts a program that gets its commands through a pipe. Its standard output is discarded. */
    public PipedProgram startPiped(Path program, List<String> arguments) throws FirewallException {
        ProcessBuilder builder = builder(program, arguments).redirectOutput(Redirect.DISCARD);
        // Some programs would write their input to a history file in the home directory.
        builder.environment().put("HOME", "/dev/null");
        return new PipedProgram(start(program, builder));
    }

    /** Starts a program whose output the caller reads. It has no input, and its standard error is discarded. */
    public Process startForOutput(Path program, List<String> arguments) throws FirewallException {
        return start(
                program,
                builder(program, arguments)
                        .redirectInput(Redirect.from(new File("/dev/null")))
                        .redirectError(Redirect.DISCARD));
    }

    private static Process start(Path program, ProcessBuilder builder) throws FirewallException {
        try {
            return builder.start();
        } catch (IOException e) {
            throw ErrorMessages.notStarted(program, String.valueOf(e.getMessage()));
        }
    }

    private ProcessBuilder builder(Path program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(program.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", CHILDS_PATH);
        // Failures are found by their text, which must not be translated.
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private boolean await(CompletableFuture<?> end) {
        long until = System.nanoTime() + deadline.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    end.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException | ExecutionException e) {
                    return false;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads all, and returns at most one byte more than allowed. */
    private static String read(InputStream stream, int most) throws IOException {
        try (stream) {
            byte[] kept = stream.readNBytes(most + 1);
            stream.transferTo(OutputStream.nullOutputStream());
            return new String(kept, ChildProcesses.BYTES);
        }
    }

    /** Returns whether the program read all of the input. A program that ends before says why itself. */
    private static boolean write(OutputStream stream, String input) {
        try (stream) {
            stream.write(input.getBytes(ChildProcesses.BYTES));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
