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
 * Keeps over a restart who was banned how often: a line for each, with the source, the number of bans and the end of the
 * latest. To lose it does no harm but that old offenders get first bans again. Not threadsafe.
 */
final class OffenderFile {
    private static final Logger log = LoggerFactory.getLogger(OffenderFile.class);
    private static final String NAME = "offenders";
    private static final long SAVE_EVERY = Duration.ofMinutes(1).toNanos();
    /** More than are ever written, some megabytes. */
    private static final int MOST_LINES = 100_000;

    private final Path file;
    private final LongSupplier ticker;
    private List<BanRecord> saved = List.of();
    private long savedAt;
    private boolean complained;

    OffenderFile(Path directory, LongSupplier ticker) {
        file = directory.resolve(NAME);
        this.ticker = ticker;
        savedAt = ticker.getAsLong();
    }

    /** Where systemd says that state is kept, else where it usually is. */
    static Path directory(Map<String, String> environment) {
        String given = environment.getOrDefault("STATE_DIRECTORY", "");
        return Path.of(given.isEmpty() ? "/var/lib/tcptracker" : given.split(":", 2)[0]);
    }

    /** What an earlier run knew. Lines that make no sense are passed over. */
    List<BanRecord> load() {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            saved = lines.limit(MOST_LINES)
                    .flatMap(line -> parse(line).stream())
                    .collect(Collectors.toCollection(ArrayList::new));
        } catch (NoSuchFileException e) {
            log.debug("{} isn't there yet", file);
        } catch (IOException | java.io.UncheckedIOException e) {
            complain(e);
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

    /** Saves them if they have changed, once a minute at the most. */
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
            complain(e);
        }
    }

    private static String line(BanRecord offender) {
        return offender.source() + " " + offender.bans() + " " + offender.bannedUntil();
    }

    private void complain(Exception e) {
        if (!complained) {
            complained = true;
            log.warn("who was banned before is not kept over a restart: {} can't be used ({})", file, e.toString());
        }
    }
}
