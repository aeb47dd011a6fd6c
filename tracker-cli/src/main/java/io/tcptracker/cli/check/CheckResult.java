package io.tcptracker.cli.check;

import io.tcptracker.cli.console.Errors;
import io.tcptracker.cli.console.ExitCode;
import io.tcptracker.cli.console.Terminal;
import io.tcptracker.cli.console.Terminal.Colour;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The result of a check on this host. Immutable.
 *
 * @param check the subject of the check, in a word
 * @param detail the finding
 * @param cure the thing to do about the finding; empty if there is nothing to do
 */
record CheckResult(String check, State state, String detail, String cure) {
    /** The severity of a result. */
    enum State {
        OK("ok", ExitCode.DONE, Colour.GREEN),
        /** The tracker runs in spite of it, but not as well as it could. */
        WARN("warn", ExitCode.DONE, Colour.YELLOW),
        UNAVAILABLE("FAIL", ExitCode.UNAVAILABLE, Colour.RED),
        NOT_PERMITTED("FAIL", ExitCode.NOT_PERMITTED, Colour.RED);

        private final String word;
        private final int exitCode;
        private final Colour colour;

        State(String word, int exitCode, Colour colour) {
            this.word = word;
            this.exitCode = exitCode;
            this.colour = colour;
        }

        /** Returns the exit code of the process if this is the worst result. */
        int exitCode() {
            return exitCode;
        }

        boolean isFailure() {
            return exitCode != ExitCode.DONE;
        }

        String shown(boolean colours) {
            return colour.paint(word, colours);
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
