package io.tcptracker.firewall;

import static io.tcptracker.firewall.FirewallFailure.assertRefused;
import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NamespaceLockTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("lock");
    }

    @Test
    void isNamedForTheNetworkNamespaceInTheDirectoryOfTheUnit() throws IOException {
        Path named = NamespaceLock.file(Map.of("RUNTIME_DIRECTORY", "/run/one:/run/two"));
        assertTrue(named.toString().matches("/run/one/tcptracker-[0-9]+\\.lock"), named::toString);
    }

    @Test
    void refusesASecondTakerInThisProcess() throws IOException {
        NamespaceLock held = NamespaceLock.take(file);
        assertTaken("another tcptracker in this process keeps the firewall");
        held.close();
        NamespaceLock.take(file).close();
    }

    @Test
    void refusesASecondTakerByThePidOfTheFirst() throws IOException {
        Process other = Java.start(Java.command(TakeLock.class, file.toString()));
        try {
            assertEquals("taken", Java.nextLine(other));
            assertTaken("another tcptracker (pid " + other.pid() + ") keeps the firewall");
        } finally {
            other.destroyForcibly().onExit().join();
        }
        NamespaceLock.take(file).close();
    }

    @Test
    void isKeptAgainstOthersAfterASecondTryInThisProcess() throws IOException {
        NamespaceLock held = NamespaceLock.take(file);
        assertTaken("in this process");
        Process other = Java.start(Java.command(TakeLock.class, file.toString()));
        assertSays("another tcptracker (pid " + ProcessHandle.current().pid() + ")", Java.nextLine(other));
        held.close();
    }

    @Test
    void neitherFollowsNorTouchesAPlantedLink() throws IOException {
        Path precious = Files.writeString(directory.resolve("precious"), "untouched");
        Files.createSymbolicLink(file, precious);
        assertRefused(Kind.UNAVAILABLE, "remove it", () -> NamespaceLock.take(file));
        assertEquals("untouched", Files.readString(precious));
        Files.delete(file);
        NamespaceLock.take(file).close();
    }

    private void assertTaken(String message) {
        assertRefused(Kind.IN_USE, message, () -> NamespaceLock.take(file));
    }
}
