package io.tcptracker.firewall.process;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import java.nio.file.Path;
import java.time.Duration;

/** The failures that any program can have, and the form in which text from outside is quoted. */
public final class ErrorMessages {
    /** The cure where another program removed a chain, set or table of ours. */
    public static final String REMOVED =
            "another program removed it, perhaps by a firewall reload; a running tracker puts it back";

    private static final int MOST_TEXT = 200;

    private ErrorMessages() {}

    /** @param software the package that has the program */
    static FirewallException notInstalled(String program, String software) {
        return new FirewallException(
                Kind.NOT_INSTALLED,
                program + " is not installed",
                "",
                "apt install " + software + " / dnf install " + software + ", or add its directory to PATH");
    }

    static FirewallException notExecutable(Path program) {
        return new FirewallException(
                Kind.UNAVAILABLE, name(program) + " is not executable", "", "chmod a+x " + clean(program.toString()));
    }

    static FirewallException notStarted(Path program, String reason) {
        return new FirewallException(
                Kind.FAILED,
                name(program) + " can't be started",
                clean(reason),
                "check that the program is still installed");
    }

    /** Returns the failure of a program that was killed at its deadline. */
    public static FirewallException timedOut(Path program, Duration deadline) {
        String seconds = deadline.toMillis() % 1000 == 0
                ? String.valueOf(deadline.toSeconds())
                : String.valueOf(deadline.toMillis() / 1000.0);
        return new FirewallException(
                Kind.FAILED,
                name(program) + " did not end within " + seconds + " s and was killed",
                "",
                "find the program that holds the firewall: fuser -v /run/xtables.lock; see also dmesg");
    }

    /** Returns the name of a program, for a message. */
    public static String name(Path program) {
        return clean(String.valueOf(program.getFileName()));
    }

    /** Returns text from outside in one line that is fit for a log. */
    public static String clean(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s\\x7f-\\x9f]+", " ").strip();
        return line.length() <= MOST_TEXT ? line : line.substring(0, MOST_TEXT) + "...";
    }
}
