package io.tcptracker.firewall.process;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.ipset.IpsetErrors;
import io.tcptracker.firewall.iptables.IptablesErrors;
import io.tcptracker.firewall.iptables.TrackerChain;
import io.tcptracker.firewall.nft.NftErrors;
import io.tcptracker.firewall.process.Programs.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Turns what a tool said when it failed into one line with the cause and the cure. Neither exit code nor text suffices:
 * 1 covers absent, busy and a lost race, 4 covers no permission, busy and a held lock, and some texts mean different
 * things with different codes.
 */
public final class ErrorMessages {
    private static final int MOST_TEXT = 200;

    private ErrorMessages() {}

    public static FirewallException of(Result result) {
        return of(
                result,
                switch (name(result.program())) {
                    case "ipset" -> IpsetErrors.ALL;
                    case "nft" -> NftErrors.ALL;
                    default -> IptablesErrors.ALL;
                });
    }

    /** By other symptoms than those of the tool's usual use. */
    public static FirewallException of(Result result, List<ErrorPattern> symptoms) {
        String text = telling(result.err().isBlank() ? result.out() : result.err());
        for (ErrorPattern symptom : symptoms) {
            if (symptom.fits(result.exit(), text)) {
                return failure(symptom.kind(), result.program(), symptom.cause(), text, symptom.cure());
            }
        }
        return failure(
                Kind.FAILED, result.program(), "failed with exit code " + result.exit(), text, ErrorPattern.AGAIN);
    }

    static FirewallException notInstalled(String program) {
        String parcel = switch (program) {
            case "ipset" -> "ipset";
            case "nft" -> "nftables";
            default -> "iptables";
        };
        return new FirewallException(
                Kind.UNAVAILABLE,
                program + " is not installed, or not on the PATH: apt install " + parcel + " / dnf install " + parcel
                        + "; or run with --dry-run");
    }

    public static FirewallException gone(String program) {
        return new FirewallException(
                Kind.CHAIN_GONE, program + " finds the chain " + TrackerChain.NAME + " gone: " + ErrorPattern.UP_AGAIN);
    }

    public static FirewallException full(int capacity) {
        return new FirewallException(
                Kind.FULL,
                "there is room for no more than " + capacity + " bans: lift some, or install ipset, which takes more");
    }

    /** Of a program that is kept running, which failed twice. */
    public static FirewallException broken(Path program, String how) {
        return new FirewallException(
                Kind.FAILED,
                name(program) + " " + how + ", nor when started again: see whether it works by hand: ipset list -t");
    }

    /** Whether this set can't be destroyed for now, as rules refer to it. */
    public static boolean isInUse(FirewallException failure) {
        return says(failure, IpsetErrors.IN_USE);
    }

    /** Whether two sets can't change places. */
    public static boolean isOfAnotherType(FirewallException failure) {
        return says(failure, IpsetErrors.ANOTHER_TYPE);
    }

    private static boolean says(FirewallException failure, String text) {
        return Pattern.compile(text)
                .matcher(String.valueOf(failure.getMessage()))
                .find();
    }

    /** What is wrong, without what the tool said and what to do. */
    public static String cause(FirewallException failure) {
        return String.valueOf(failure.getMessage()).replaceFirst(" \\(.*|, or not .*|: .*", "");
    }

    static FirewallException notExecutable(Path program) {
        return failure(Kind.UNAVAILABLE, program, "is not executable", "", "chmod a+x " + clean(program.toString()));
    }

    static FirewallException notStarted(Path program, String why) {
        return failure(Kind.FAILED, program, "can't be started", clean(why), "see that it is still installed");
    }

    public static FirewallException hung(Path program, Duration deadline) {
        String seconds = deadline.toMillis() % 1000 == 0
                ? String.valueOf(deadline.toSeconds())
                : String.valueOf(deadline.toMillis() / 1000.0);
        return new FirewallException(
                Kind.FAILED,
                name(program) + " did not end within " + seconds + " s and was killed; see what holds the firewall: "
                        + (name(program).contains("tables") ? "fuser -v /run/xtables.lock" : "dmesg"));
    }

    public static String name(Path program) {
        return clean(String.valueOf(program.getFileName()));
    }

    /** One line, fit for a log, of text from outside. */
    public static String clean(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s\\x7f-\\x9f]+", " ").strip();
        return line.length() <= MOST_TEXT ? line : line.substring(0, MOST_TEXT) + "...";
    }

    private static FirewallException failure(Kind kind, Path program, String cause, String text, String cure) {
        String quoted = text.isEmpty() ? "" : " (" + text + ")";
        return new FirewallException(kind, name(program) + " " + cause + quoted + ": " + cure);
    }

    /** Without the warning that rules of the other variant exist, which says nothing of a failure. */
    private static String telling(String text) {
        return clean(text.replaceAll("(?m)^# Warning: ip6?tables-legacy tables present.*$", ""));
    }
}
