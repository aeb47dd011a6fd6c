package io.tcptracker.firewall.process;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The known failures of one program, found by exit code and output. Neither is enough alone. Exit code 1 covers absent, busy
 * and a lost race; 4 covers no permission, busy and a held lock. Some texts mean different things with different codes.
 *
 * <p>Immutable.
 */
public final class ErrorTable {
    private static final String RUN_AS_ROOT = "run as root, or with the capabilities CAP_NET_ADMIN and CAP_NET_RAW";
    private static final int LINES = 3;

    private final List<Entry> entries;

    private ErrorTable(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    private record Entry(Set<String> exits, Pattern text, Kind kind, String failure, String cure) {
        boolean matches(int exit, String output) {
            return (exits.contains("*") || exits.contains(String.valueOf(exit)))
                    && text.matcher(output).find();
        }
    }

    /**
     * Reads a table. Each entry has three lines. The first holds the exit codes ({@code *} for any), the kind, and a pattern
     * to find in the output. The second says what failed and follows the program's name. The third says what to do, where
     * {@code $root} stands for the ways to give privileges, and {@code $removed} for {@link ErrorMessages#REMOVED}.
     */
    public static ErrorTable parse(String table) {
        List<String> lines = table.lines().map(String::strip).toList();
        List<Entry> entries = new ArrayList<>();
        for (int at = 0; at < lines.size(); at += LINES) {
            String[] first = lines.get(at).split(" +", 3);
            String cure = lines.get(at + 2).replace("$root", RUN_AS_ROOT).replace("$removed", ErrorMessages.REMOVED);
            entries.add(new Entry(
                    Set.of(first[0].split(",")),
                    Pattern.compile(first[2]),
                    Kind.valueOf(first[1]),
                    lines.get(at + 1),
                    cure));
        }
        return new ErrorTable(entries);
    }

    /** Returns a table with the entries of both. Where both match, this one counts. */
    public ErrorTable and(ErrorTable more) {
        List<Entry> all = new ArrayList<>(entries);
        all.addAll(more.entries);
        return new ErrorTable(all);
    }

    /** Explains a failure by the first entry that matches. Texts come together, and the telling text may not be the first. */
    FirewallException explain(Path program, int exit, String text) {
        String name = ErrorMessages.name(program) + " ";
        String output = withoutWarning(text);
        return entries.stream()
                .filter(entry -> entry.matches(exit, output))
                .findFirst()
                .map(entry -> new FirewallException(entry.kind(), name + entry.failure(), output, entry.cure()))
                .orElseGet(() -> new FirewallException(
                        Kind.FAILED, name + "failed with exit code " + exit, output, "try again"));
    }

    /** Removes the warning about rules of the other iptables variant. It tells nothing about a failure. */
    private static String withoutWarning(String text) {
        return ErrorMessages.clean(text.replaceAll("(?m)^# Warning: ip6?tables-legacy tables present.*$", ""));
    }
}
