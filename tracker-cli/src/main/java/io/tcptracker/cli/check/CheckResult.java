package io.tcptracker.cli.check;

import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Terminal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a check found on this host.
 *
 * @param check what was looked at, in a word
 * @param detail what was found
 * @param cure what to do about it; empty if there is nothing to do
 */
record CheckResult(String check, State state, String detail, String cure) {
    /** How bad it is. */
    enum State {
        OK("ok", ExitCode.DONE, "32"),
        /** Runs all the same, but not as well as it could. */
        WARN("warn", ExitCode.DONE, "33"),
        UNAVAILABLE("FAIL", ExitCode.UNAVAILABLE, "31"),
        NOT_PERMITTED("FAIL", ExitCode.NOT_PERMITTED, "31");

        private final String word;
        private final int exitCode;
        private final String colour;

        State(String word, int exitCode, String colour) {
            this.word = word;
            this.exitCode = exitCode;
            this.colour = colour;
        }

        /** What the process returns if this is the worst. */
        int exitCode() {
            return exitCode;
        }

        boolean isFailure() {
            return exitCode != ExitCode.DONE;
        }

        String shown(boolean colours) {
            String padded = String.format("%-4s", word);
            return colours ? "\u001b[" + colour + "m" + padded + "\u001b[0m" : padded;
        }
    }

    CheckResult {
        detail = Terminal.printable(detail);
        cure = Terminal.printable(cure);
    }

    static CheckResult ok(String check, String detail) {
        return new CheckResult(check, State.OK, detail, "");
    }

    static CheckResult warn(String check, String detail, String cure) {
        return new CheckResult(check, State.WARN, detail, cure);
    }

    /** A message of another room, which says what is wrong and behind this what to do. */
    static CheckResult of(String check, State state, String message, String separator) {
        int at = message.indexOf(separator);
        while (at >= 0 && depth(message.substring(0, at + 1)) != 0) {
            at = message.indexOf(separator, at + 1);
        }
        // What is wrong may end in a parenthesis that quotes somebody.
        int detail = separator.startsWith(")") ? at + 1 : at;
        return at < 0
                ? new CheckResult(check, state, message, "")
                : new CheckResult(
                        check, state, message.substring(0, detail), message.substring(at + separator.length()));
    }

    /** How many parentheses are open at its end: what is quoted may hold separators too. */
    private static long depth(String text) {
        return text.chars().filter(c -> c == '(').count()
                - text.chars().filter(c -> c == ')').count();
    }

    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("check", check);
        map.put("state", state.word.toLowerCase(Locale.ROOT));
        map.put("detail", detail);
        map.put("cure", cure);
        return map;
    }
}
