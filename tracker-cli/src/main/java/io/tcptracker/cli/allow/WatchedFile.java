package io.tcptracker.cli.allow;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A small text file that others may change while we run. It is read when it is first looked at, and again once it has
 * changed and then stayed the same from one look to the next: half of what somebody is writing may mean something else.
 *
 * <p>Not threadsafe.
 */
final class WatchedFile {
    /** A file that is being written for longer is read all the same. */
    private static final long LONGEST_CHANGE = Duration.ofSeconds(10).toNanos();

    private final Path path;
    private final int mostBytes;
    private boolean started;
    /** What the file was like when it was read last, and when it was last looked at. */
    private @Nullable Map<String, Object> read;

    private @Nullable Map<String, Object> seen;
    private boolean changing;
    private long changingSince;

    WatchedFile(Path path, int mostBytes) {
        this.path = path;
        this.mostBytes = mostBytes;
    }

    Path path() {
        return path;
    }

    /**
     * Its content, if it may be another than that returned last. It takes looks at different times to see a change.
     *
     * @param now by {@link System#nanoTime}
     * @throws IOException if it can't be read; the message says why in a few words, without the file's name
     */
    Optional<String> changed(long now) throws IOException {
        try {
            return look(now);
        } catch (IOException e) {
            read = null;
            throw new IOException(reason(e), e);
        }
    }

    private Optional<String> look(long now) throws IOException {
        Map<String, Object> stamp;
        try {
            // The time of the last change of anything (ctime) can't be set back as that of the content can.
            stamp = Files.readAttributes(path, "unix:dev,ino,size,ctime,lastModifiedTime,isRegularFile");
        } catch (IOException e) {
            seen = null;
            throw e;
        }
        if (stamp.equals(read)) {
            changing = false;
            return Optional.empty();
        }
        if (!changing) {
            changing = true;
            changingSince = now;
        }
        boolean settled = stamp.equals(seen);
        seen = stamp;
        if (started && !settled && now - changingSince < LONGEST_CHANGE) {
            return Optional.empty();
        }
        started = true;
        String content = content(stamp);
        // One that hasn't settled might change again without looking different, by the coarse clock of the kernel.
        read = settled ? stamp : null;
        return Optional.of(content);
    }

    private String content(Map<String, Object> stamp) throws IOException {
        if (!Boolean.TRUE.equals(stamp.get("isRegularFile"))) {
            // A pipe would be waited for.
            throw new IOException("it is no regular file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw new IOException("it is larger than " + (mostBytes >> 10) + " KiB");
            }
            // Comments may be in any encoding.
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String said = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return said == null ? e.toString() : said;
    }
}
