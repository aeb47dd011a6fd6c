package io.tcptracker.cli.allow;

import io.tcptracker.cli.console.ConfigurationException;
import io.tcptracker.cli.console.Terminal;
import io.tcptracker.core.ban.AllowList.Entry;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's file of allowed prefixes, one a line. Blank lines and text after a {@code #} are ignored. The file must be
 * valid at the start. When it becomes invalid later, the previous prefixes stay in force, and a warning says so. Not
 * threadsafe.
 */
final class AllowFile {
    private static final Logger log = LoggerFactory.getLogger(AllowFile.class);

    /** The most lines: two lists, old and new, fit into the heap beside the tables of the detector. */
    private static final int MOST_LINES = 20_000;

    private static final int MOST_BYTES = 1 << 20;
    /** Longer than any prefix, and short enough to be shown. */
    private static final int LONGEST = 60;

    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final WatchedFile file;
    private List<Entry> entries = List.of();
    private String trouble = "";

    private AllowFile(Path path) {
        file = new WatchedFile(path, MOST_BYTES);
    }

    /**
     * Reads the file for the first time.
     *
     * @throws ConfigurationException if the file can't be read, or a line is invalid
     */
    static AllowFile open(Path path, long now) throws ConfigurationException {
        AllowFile opened = new AllowFile(path);
        opened.read(now);
        return opened;
    }

    /** Returns the entries of the file now, or of the file when it was last valid. */
    List<Entry> entries(long now) {
        try {
            if (read(now) && !trouble.isEmpty()) {
                trouble = "";
                log.info("{} is valid again: its prefixes are in force", shown());
            }
        } catch (ConfigurationException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                trouble = message;
                log.warn("{}; the previous allow list stays in force until this is fixed", message);
            }
        }
        return entries;
    }

    /** Reads the file if it changed; returns whether it was read. */
    private boolean read(long now) throws ConfigurationException {
        Optional<String> text;
        try {
            text = file.changed(now);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the allow list in " + shown() + ": " + e.getMessage());
        }
        if (text.isPresent()) {
            entries = parse(text.get());
        }
        return text.isPresent();
    }

    private List<Entry> parse(String text) throws ConfigurationException {
        List<Entry> parsed = new ArrayList<>();
        int number = 0;
        String body = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        for (String line : (Iterable<String>) body.lines()::iterator) {
            if (++number > MOST_LINES) {
                throw new ConfigurationException(
                        shown() + " has more than " + MOST_LINES + " lines; name larger prefixes instead");
            }
            int comment = line.indexOf('#');
            String prefix = (comment < 0 ? line : line.substring(0, comment)).strip();
            if (!prefix.isEmpty()) {
                parsed.add(entry(prefix, number));
            }
        }
        return List.copyOf(parsed);
    }

    private Entry entry(String prefix, int number) throws ConfigurationException {
        String where = shown() + " line " + number;
        if (prefix.length() > LONGEST) {
            throw new ConfigurationException(where + ": '" + prefix.substring(0, LONGEST)
                    + "...' is not a prefix; write one a line, like 10.0.0.0/8 or 2001:db8::/32");
        }
        try {
            return new Entry(Prefix.parse(prefix), where);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(where + ": " + e.getMessage());
        }
    }

    private String shown() {
        return Terminal.printable(file.path().toString());
    }
}
