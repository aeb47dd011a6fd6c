package io.tcptracker.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the output can show. */
public final class Terminal {
    private static final int OUTPUT = 1;
    private static final int ERRORS = 2;

    private Terminal() {}

    /** Text from outside on one line, unable to move the cursor, to change colours or the like. */
    public static String printable(String text) {
        return text.replaceAll("\\p{IsControl}", "?");
    }

    /** Whether a person sees the output on a terminal and hasn't asked for plain text (no-color.org). */
    public static boolean takesColour() {
        String refused = System.getenv("NO_COLOR");
        if (refused != null && !refused.isEmpty()) {
            return false;
        }
        return showsOutput();
    }

    /** Whether standard output is a terminal. */
    public static boolean showsOutput() {
        return isTerminal(OUTPUT);
    }

    /** Whether standard error is a terminal. */
    public static boolean showsErrors() {
        return isTerminal(ERRORS);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd", String.valueOf(descriptor)))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
