package io.tcptracker.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The abilities of the terminal or file that the output goes to. */
public final class Terminal {
    private static final int OUTPUT = 1;
    private static final int ERRORS = 2;
    private static final Pattern COLOURS = Pattern.compile("\u001b\\[[0-9;]*m");

    /** A colour of text, as ECMA-48 numbers it. */
    public enum Colour {
        RED(31),
        GREEN(32),
        YELLOW(33);

        private final int number;

        Colour(int number) {
            this.number = number;
        }

        /** Returns the text in this colour, or unchanged if {@code wanted} is false. */
        public String paint(String text, boolean wanted) {
            return wanted ? "\u001b[" + number + "m" + text + "\u001b[0m" : text;
        }
    }

    private Terminal() {}

    /** Returns text from outside on one line, unable to move the cursor or to change colours. */
    public static String printable(String text) {
        return text.replaceAll("\\p{IsControl}", "?");
    }

    /** Returns how many columns a text takes: colours take none. */
    static int width(String text) {
        return COLOURS.matcher(text).replaceAll("").length();
    }

    /** Returns whether standard output is a terminal whose user hasn't asked for plain text (no-color.org). */
    public static boolean takesColour() {
        String refused = System.getenv("NO_COLOR");
        if (refused != null && !refused.isEmpty()) {
            return false;
        }
        return showsOutput();
    }

    /** Returns whether standard output is a terminal. */
    public static boolean showsOutput() {
        return isTerminal(OUTPUT);
    }

    /** Returns whether standard error is a terminal. */
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
