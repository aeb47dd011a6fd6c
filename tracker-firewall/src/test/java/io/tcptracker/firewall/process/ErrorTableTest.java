package io.tcptracker.firewall.process;

import static io.tcptracker.firewall.FirewallFailure.assertSays;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.FirewallFailure;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ErrorTableTest {
    private static final ErrorTable TABLE = ErrorTable.parse("""
            4 NOT_PERMITTED must be root
                is not permitted to dance
                $root
            1,4 FAILED holding the lock
                waits for the lock
                fuser
            * CHAIN_GONE gone|missing
                finds no chain
                $removed""");

    @Test
    void keepsFailureOutputAndCureApart() {
        FirewallException failure = explain(4, "Another app is holding the lock");
        assertAll(
                () -> assertEquals(Kind.FAILED, failure.kind()),
                () -> assertEquals("iptables waits for the lock", failure.failure()),
                () -> assertEquals("Another app is holding the lock", failure.toolOutput()),
                () -> assertEquals("fuser", failure.cure()),
                () -> assertEquals(
                        "iptables waits for the lock (Another app is holding the lock): fuser", failure.getMessage()));
    }

    @Test
    void matchesOnlyTheExitCodesOfAnEntry() {
        assertEquals(Kind.NOT_PERMITTED, explain(4, "you must be root").kind());
        assertEquals(
                "iptables failed with exit code 3",
                explain(3, "you must be root").failure());
        assertEquals(Kind.CHAIN_GONE, explain(99, "missing").kind());
    }

    @Test
    void firstEntryThatMatchesCounts() {
        assertEquals(Kind.FAILED, explain(1, "gone, while holding the lock").kind());
        ErrorTable more = ErrorTable.parse("* FULL gone\nis full\nlift").and(TABLE);
        assertEquals(Kind.FULL, result(1, "gone").explain(more).kind());
    }

    @Test
    void namesTheCapabilities() {
        assertSays(
                "run as root, or with the capabilities CAP_NET_ADMIN and CAP_NET_RAW",
                explain(4, "you must be root").cure());
    }

    @Test
    void ignoresTheWarningAboutRulesOfTheOtherVariant() {
        String output = explain(1, """
                # Warning: iptables-legacy tables present, use iptables-legacy to see them
                iptables: Too many links.
                """).toolOutput();
        assertEquals("iptables: Too many links.", output);
    }

    @Test
    void findsThePatternAmongOtherLines() {
        assertEquals("fuser", explain(4, """
                Can't lock /run/xtables.lock: Resource temporarily unavailable
                Another app is currently holding the lock. Stopped waiting after 3s.
                """).cure());
    }

    @Test
    void messageIsOneShortLineForAnyOutput() {
        String message = FirewallFailure.message(explain(1, "\u001b[31mred\r\nalert\u0000\u0085" + "x".repeat(10_000)));
        assertAll(
                () -> assertFalse(message.chars().anyMatch(Character::isISOControl), message),
                () -> assertTrue(message.length() < 400, () -> message.length() + " characters"));
    }

    @Test
    void resultThrowsOnlyIfTheProgramFailed() throws FirewallException {
        Result good = new Result(Path.of("/usr/sbin/iptables"), 0, "rules", "gone");
        assertEquals(good, good.orThrow(TABLE));
        FirewallFailure.assertRefused(
                Kind.CHAIN_GONE, "finds no chain", () -> result(1, "gone").orThrow(TABLE));
    }

    private static FirewallException explain(int exit, String err) {
        return result(exit, err).explain(TABLE);
    }

    private static Result result(int exit, String err) {
        return new Result(Path.of("/usr/sbin/iptables"), exit, "", err);
    }
}
