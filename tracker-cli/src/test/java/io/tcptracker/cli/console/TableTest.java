package io.tcptracker.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TableTest {
    @Test
    void columnsAreAlignedAndLinesEndWithoutBlanks() {
        assertEquals(
                """
                SOURCE       SINCE    UNTIL
                192.0.2.1    a        bc
                2001:db8::1  abcdefg
                """,
                Table.of(List.of(
                        List.of("SOURCE", "SINCE", "UNTIL"),
                        List.of("192.0.2.1", "a", "bc"),
                        List.of("2001:db8::1", "abcdefg", ""))));
    }

    @Test
    void numbersAreAlignedAtTheRight() {
        assertEquals("""
                PORT  HOW
                  22  syn
                """, Table.of(List.of(List.of("PORT", "HOW"), List.of("22", "syn")), Set.of(0)));
    }

    @Test
    void headingsAloneAreALine() {
        assertEquals("DEVICE  STATE\n", Table.of(List.of(List.of("DEVICE", "STATE"))));
    }
}
