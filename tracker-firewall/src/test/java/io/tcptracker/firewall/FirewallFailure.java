package io.tcptracker.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorTable;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;

/** What a call that must fail says. */
public final class FirewallFailure {
    private FirewallFailure() {}

    public static void assertRefused(Kind kind, String part, Executable call) {
        FirewallException failure = assertThrows(FirewallException.class, call);
        assertEquals(kind, failure.kind(), failure::getMessage);
        assertSays(part, message(failure));
    }

    public static void assertSays(String part, String message) {
        assertTrue(message.contains(part), () -> "'" + part + "' is missing: " + message);
    }

    /** Asserts how a table explains what a program writes when it fails. */
    public static void assertExplained(ErrorTable table, String tool, int exit, String text, Kind kind, String cure) {
        FirewallException failure = new Result(Path.of("/usr/sbin/" + tool), exit, "", text).explain(table);
        assertEquals(kind, failure.kind(), failure::getMessage);
        assertSays(cure, failure.cure());
        assertEquals(text, failure.toolOutput());
    }

    public static String message(FirewallException failure) {
        return String.valueOf(failure.getMessage());
    }
}
