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
 * A small text file that other programs may change while we run. The first call reads it. A later call reads it again if
 * it has changed, and then stayed the same from one call to the next. Half of a new version may mean something else.
 *
 * <p>Not threadsafe.
 */
final class WatchedFile {
    /** The longest wait for a file that keeps changing. */
    private static final long LONGEST_CHANGE = Duration.ofSeconds(10).toNanos();

    private final Path path;
    private final int mostBytes;
    private boolean started;
    /** The attributes of the file when it was last read, and when it was last checked. */
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
     * Returns the content, if it may differ from the content returned last. A change shows after two calls at different
     * times.
     *
     * @param now by {@link System#nanoTime}
     * @throws IOException if the file can't be read; the message is a reason in a few words, without the file's name
     */
    Optional<String> changed(long now) throws IOException {
        try {
            return check(now);
        } catch (IOException e) {
            read = null;
            throw new IOException(reason(e), e);
        }
    }

    private Optional<String> check(long now) throws IOException {
        Map<String, Object> stamp;
        try {
            // A program can set back the time of the last change of the content, but not that of any change (ctime).
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
        // Unsettled, the file may change again under the same attributes: the kernel's clock is coarse.
        read = settled ? stamp : null;
        return Optional.of(content);
    }

    private String content(Map<String, Object> stamp) throws IOException {
        if (!Boolean.TRUE.equals(stamp.get("isRegularFile"))) {
            // To read a pipe would block.
            throw new IOException("it is not a regular file");
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
