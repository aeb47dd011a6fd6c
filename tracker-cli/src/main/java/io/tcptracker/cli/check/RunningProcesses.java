package io.tcptracker.cli.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processes that this process can see, as {@code /proc} shows them (proc(5)). Immutable. */
record RunningProcesses(List<Running> all) {
    /**
     * A running process.
     *
     * @param namespace its network namespace; empty if this process may not read that
     */
    record Running(long pid, List<String> arguments, Optional<String> namespace) {}

    static RunningProcesses read(Path root) {
        List<Running> all = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root.resolve("proc"), "[1-9]*")) {
            for (Path directory : found) {
                running(directory).ifPresent(all::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Then no process can be seen.
        }
        return new RunningProcesses(List.copyOf(all));
    }

    private static Optional<Running> running(Path directory) {
        try {
            return Optional.of(new Running(
                    Long.parseLong(directory.getFileName().toString()),
                    List.of(text(directory.resolve("cmdline")).split("\0")),
                    namespace(directory)));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // The process has ended.
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static Optional<String> namespace(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("ns/net")).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns other trackers that run in this network namespace, or may: that of another user's process is unknown. */
    List<Running> trackers(long self) {
        Optional<String> ours =
                all.stream().filter(each -> each.pid() == self).findFirst().flatMap(Running::namespace);
        return all.stream()
                .filter(each -> each.pid() != self && runsTracker(each.arguments()))
                .filter(each -> each.namespace().isEmpty() || each.namespace().equals(ours))
                .toList();
    }

    private static boolean runsTracker(List<String> arguments) {
        for (int i = 1; i < arguments.size(); i++) {
            if (arguments.get(i - 1).endsWith("tcptracker.jar")
                    && arguments.get(i).equals("run")) {
                return true;
            }
        }
        return false;
    }
}
