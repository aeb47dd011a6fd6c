package io.tcptracker.cli.run;

import io.tcptracker.core.ban.BanRecord;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps the ban history over a restart. Each line has a source, the number of its bans and the end of the
 * latest. Without the file, repeat offenders start again at the first ban length. Not threadsafe.
 */
final class OffenderFile {
    private static final Logger log = LoggerFactory.getLogger(OffenderFile.class);
    private static final String NAME = "offenders";
    private static final long SAVE_EVERY = Duration.ofMinutes(1).toNanos();
    /** More lines than are ever written; some megabytes. */
    private static final int MOST_LINES = 100_000;

    private final Path file;
    private final LongSupplier ticker;
    private List<BanRecord> saved = List.of();
    private long savedAt;
    private boolean warned;

    OffenderFile(Path directory, LongSupplier ticker) {
        file = directory.resolve(NAME);
        this.ticker = ticker;
        savedAt = ticker.getAsLong();
    }

    /** Returns the directory for state that systemd names, or the usual one if it names none. */
    static Path directory(Map<String, String> environment) {
        String given = environment.getOrDefault("STATE_DIRECTORY", "");
        return Path.of(given.isEmpty() ? "/var/lib/tcptracker" : given.split(":", 2)[0]);
    }

    /** Returns the history of an earlier run. Invalid lines are skipped. */
    List<BanRecord> load() {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            saved = lines.limit(MOST_LINES)
                    .flatMap(line -> parse(line).stream())
                    .collect(Collectors.toCollection(ArrayList::new));
        } catch (NoSuchFileException e) {
            log.debug("no ban history yet in {}", file);
        } catch (IOException | java.io.UncheckedIOException e) {
            warn(e);
        }
        return List.copyOf(saved);
    }

    private static Optional<BanRecord> parse(String line) {
        String[] words = line.split(" ", -1);
        try {
            return words.length == 3
                    ? Optional.of(
                            new BanRecord(Prefix.parse(words[0]), Integer.parseInt(words[1]), Instant.parse(words[2])))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Saves the history if it has changed, once a minute at most. */
    void saveIfDue(Supplier<List<BanRecord>> offenders) {
        if (ticker.getAsLong() - savedAt >= SAVE_EVERY) {
            save(offenders.get());
        }
    }

    void save(List<BanRecord> offenders) {
        savedAt = ticker.getAsLong();
        if (offenders.equals(saved)) {
            return;
        }
        Path unfinished = file.resolveSibling(NAME + ".new");
        try {
            Files.createDirectories(file.getParent());
            Files.write(unfinished, offenders.stream().map(OffenderFile::line).toList(), StandardCharsets.US_ASCII);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            saved = offenders;
        } catch (IOException e) {
            warn(e);
        }
    }

    private static String line(BanRecord offender) {
        return offender.source() + " " + offender.bans() + " " + offender.bannedUntil();
    }

    private void warn(Exception e) {
        if (!warned) {
            warned = true;
            log.warn(
                    "cannot save ban history to {} ({}); repeat offenders start again at the first ban length after a"
                            + " restart",
                    file,
                    e.toString());
        }
    }
}
