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
 * The prefixes that the user allows in a file: one a line; blank lines and what follows a {@code #} don't count. It must
 * make sense at the start. When it no longer does, what it said before is kept, and the user told. Not threadsafe.
 */
final class AllowFile {
    private static final Logger log = LoggerFactory.getLogger(AllowFile.class);

    /** Twice as many, while a new list takes the place of the old one, still fit beside what the detector remembers. */
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
     * @throws ConfigurationException if it can't be read, or a line makes no sense
     */
    static AllowFile open(Path path, long now) throws ConfigurationException {
        AllowFile opened = new AllowFile(path);
        opened.look(now);
        return opened;
    }

    /** What it says now, or what it said when it last made sense. */
    List<Entry> entries(long now) {
        try {
            if (look(now) && !trouble.isEmpty()) {
                trouble = "";
                log.info("{} makes sense again", shown());
            }
        } catch (ConfigurationException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                trouble = message;
                log.warn("{}; until that is mended, what it said before counts", message);
            }
        }
        return entries;
    }

    /** Whether it was read, which is not done each time. */
    private boolean look(long now) throws ConfigurationException {
        Optional<String> text;
        try {
            text = file.changed(now);
        } catch (IOException e) {
            throw new ConfigurationException("can't read the allow list in " + shown() + ": " + e.getMessage());
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
                    + "...' is no prefix; write one a line, like 10.0.0.0/8 or 2001:db8::/32");
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
