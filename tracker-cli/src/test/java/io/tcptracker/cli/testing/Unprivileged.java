package io.tcptracker.cli.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Runs programs as nobody. */
public final class Unprivileged {
    private Unprivileged() {}

    /**
     * The program with these capabilities and no others, and no way to get more. It is a copy as if installed, that everyone
     * may read, which may not be so in a source tree.
     */
    public static List<String> program(Path directory, String... capabilities) throws IOException {
        List<String> sets = new ArrayList<>(List.of("-all"));
        for (String capability : capabilities) {
            sets.add("+" + capability);
        }
        String set = String.join(",", sets);
        return List.of(
                "setpriv",
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups",
                "--inh-caps=" + set,
                "--ambient-caps=" + set,
                "--bounding-set=" + set,
                "--no-new-privs",
                installed(directory));
    }

    private static String installed(Path directory) throws IOException {
        Path program = directory.resolve("bin/tcptracker");
        if (!Files.exists(program)) {
            copy(Path.of(Hosts.PROGRAM), program);
            copy(Hosts.HOME.resolve("tracker-cli/target/tcptracker.jar"), directory.resolve("lib/tcptracker.jar"));
            open(directory);
        }
        return program.toString();
    }

    private static void copy(Path from, Path to) throws IOException {
        Path directory = Files.createDirectories(to.resolveSibling("."));
        Files.copy(from, to);
        open(to);
        open(directory);
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
