package io.tcptracker.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.cli.Main;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TerminationTest {
    private static final int ENDED_BY_SIGTERM = 143;

    private static Process java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return Network.start(command);
    }

    private static int exitWithin(Process process, int seconds) throws InterruptedException {
        try {
            assertTrue(process.waitFor(seconds, TimeUnit.SECONDS), "it goes on");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Ends as {@code run} does, but for what it does. */
    static final class Held {
        private Held() {}

        public static void main(String[] args) throws InterruptedException {
            Termination termination = Termination.onSignal();
            termination.hold();
            System.out.println("up");
            while (!termination.await(Duration.ofSeconds(10))) {
                // goes on
            }
            System.out.println("cleaned up");
            termination.exit(Integer.parseInt(args[0]));
        }
    }

    @Test
    void waitsNoLongerThanAsked() throws InterruptedException {
        assertFalse(new Termination().await(Duration.ofMillis(1)));
    }

    @Test
    void askingWakesTheWaitingThread() throws InterruptedException {
        Termination termination = new Termination();
        Thread asker = new Thread(termination::ask);
        asker.start();
        assertTrue(termination.await(Duration.ofSeconds(50)));
        asker.join();
        assertTrue(termination.await(Duration.ofSeconds(50)));
        termination.ask();
        assertTrue(termination.await(Duration.ZERO));
    }

    @Test
    void signalLetsTheProcessCleanUpAndEndWithItsOwnCode() throws Exception {
        for (int code : new int[] {0, 69}) {
            Process process = java(Held.class, String.valueOf(code));
            assertEquals("up", process.inputReader().readLine());
            process.toHandle().destroy(); // which, unlike the process, leaves its output open
            assertEquals("cleaned up", process.inputReader().readLine());
            assertEquals(code, exitWithin(process, 8));
        }
    }

    @Needs(programs = "mkfifo")
    @Test
    void signalEndsAProcessWithoutCleanUpAtOnce(@TempDir Path directory) throws Exception {
        Path pipe = directory.resolve("pipe");
        Shell.run("mkfifo", pipe.toString()).orThrow();
        Process replay = java(Main.class, "replay", pipe.toString());
        // Opened as soon as the replay reads from it.
        try (OutputStream writer = Files.newOutputStream(pipe)) {
            writer.write(0);
            replay.destroy();
            assertEquals(ENDED_BY_SIGTERM, exitWithin(replay, 8));
        }
    }

    @Test
    void commandEndsWithItsCode() throws Exception {
        Process version = java(Main.class, "--version");
        assertEquals(ExitCode.DONE, exitWithin(version, 20));
        assertEquals(ExitCode.USAGE, exitWithin(java(Main.class, "nonsense"), 20));
    }

    @Needs(programs = "sh")
    @Test
    void outputThatIsLostIsAFailure() {
        Shell.Result full = Shell.run(
                "sh",
                "-c",
                "exec \"$0\" -XX:TieredStopAtLevel=1 -cp \"$1\" io.tcptracker.cli.Main --version > /dev/full",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"));
        assertEquals("tcptracker: can't write to standard output: is the disk full, or the reader gone?\n", full.err());
        assertEquals(ExitCode.FAILED, full.exit());
    }
}
