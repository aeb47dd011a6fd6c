package io.tcptracker.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
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

    public static String message(FirewallException failure) {
        return String.valueOf(failure.getMessage());
    }
}
