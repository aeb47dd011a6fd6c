package io.tcptracker.cli.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.cli.check.RunningProcesses.Running;
import io.tcptracker.cli.testing.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunningProcessesTest {
    private static final String HERE = "net:[4026531840]";
    private static final String ELSEWHERE = "net:[4026532000]";

    private final Root root;

    RunningProcessesTest(@TempDir Path directory) {
        root = new Root(directory);
    }

    private void process(int pid, String namespace, String... arguments) throws IOException {
        root.file("proc/" + pid + "/cmdline", String.join("\0", arguments) + "\0");
        Path link = root.path().resolve("proc/" + pid + "/ns/net");
        Files.createDirectories(link.resolveSibling("."));
        if (!namespace.isEmpty()) {
            Files.createSymbolicLink(link, Path.of(namespace));
        }
    }

    private List<Long> trackers() {
        return RunningProcesses.read(root.path()).trackers(7).stream()
                .map(Running::pid)
                .toList();
    }

    @Test
    void trackerIsAProcessThatRunsTheJarInThisNamespace() throws IOException {
        process(7, HERE, "java", "-jar", "/opt/tcptracker/lib/tcptracker.jar", "check");
        assertEquals(List.of(), trackers());
        process(8, HERE, "java", "-Xmx96m", "-jar", "/opt/tcptracker/lib/tcptracker.jar", "run", "-d", "eth0");
        process(9, ELSEWHERE, "java", "-jar", "/opt/tcptracker/lib/tcptracker.jar", "run");
        process(10, HERE, "java", "-jar", "/opt/tcptracker/lib/tcptracker.jar", "replay", "run");
        process(11, HERE, "less", "/opt/tcptracker/lib/tcptracker.jar");
        process(12, HERE, "");
        assertEquals(List.of(8L), trackers());
    }

    @Test
    void trackerWithAnUnreadableNamespaceMayBeHere() throws IOException {
        process(7, HERE, "java", "-jar", "tcptracker.jar", "check");
        process(8, "", "java", "-jar", "tcptracker.jar", "run");
        assertEquals(List.of(8L), trackers());
    }

    @Test
    void processThatEndsMeanwhileIsSkipped() throws IOException {
        process(7, HERE, "java", "-jar", "tcptracker.jar", "check");
        root.file("proc/8/status", "");
        process(9, HERE, "java", "-jar", "tcptracker.jar", "run");
        assertEquals(List.of(9L), trackers());
    }

    @Test
    void hostWithoutProcHasNone() {
        assertEquals(List.of(), RunningProcesses.read(root.path()).all());
    }
}
