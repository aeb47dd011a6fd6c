package io.tcptracker.firewall;

import io.tcptracker.testing.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs main classes of the tests in processes of their own. */
final class Java {
    private Java() {}

    static String[] command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    static Process start(String... command) {
        return Network.start(List.of(command));
    }

    /** The next line that it prints; if it ends without one, what it says of errors. */
    static String nextLine(Process process) throws IOException {
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        return line != null ? line : new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
