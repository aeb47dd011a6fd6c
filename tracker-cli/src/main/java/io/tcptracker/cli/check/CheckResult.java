package io.tcptracker.cli.check;

import io.tcptracker.cli.console.Errors;
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

    /** Returns the failure of a check that an exception ended. */
    static CheckResult failed(String check, Exception e) {
        State state = ExitCode.of(e) == ExitCode.NOT_PERMITTED ? State.NOT_PERMITTED : State.UNAVAILABLE;
        return new CheckResult(check, state, Errors.failure(e), Errors.cure(e));
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
