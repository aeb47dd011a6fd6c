package io.tcptracker.firewall;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.firewall.process.ErrorMessages;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lock that keeps a second tracker off the firewall of a network namespace. The kernel frees it when the process ends.
 * Its file stays: if it were deleted, two processes could each lock a file of that name.
 *
 * <p>Threadsafe.
 */
public final class NamespaceLock implements Closeable {
    /** A process that closes any descriptor of a file frees all its locks on it (POSIX), so it must not open it twice. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private NamespaceLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Returns the file to lock for the network namespace of this process. */
    public static Path file(Map<String, String> environment) throws FirewallException {
        try {
            String namespace =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
            return directory(environment).resolve("tcptracker-" + namespace.replaceAll("\\D", "") + ".lock");
        } catch (IOException e) {
            throw new FirewallException(
                    Kind.UNAVAILABLE, "can't read the network namespace", e.toString(), "mount /proc");
        }
    }

    private static Path directory(Map<String, String> environment) {
        String given = environment.getOrDefault("RUNTIME_DIRECTORY", "");
        if (!given.isEmpty()) {
            // systemd gives all the unit's directories, separated by colons.
            return Path.of(given.split(":", 2)[0]);
        }
        Path run = Path.of("/run");
        return Files.isWritable(run) ? run : Path.of(System.getProperty("java.io.tmpdir"));
    }

    /**
     * @throws FirewallException if another tracker has it
     */
    static NamespaceLock take(Path file) throws FirewallException {
        if (!HELD.add(file)) {
            throw taken(" in this process", file);
        }
        NamespaceLock lock = null;
        try {
            lock = new NamespaceLock(file, lock(file));
            return lock;
        } finally {
            if (lock == null) {
                HELD.remove(file);
            }
        }
    }

    /** Returns whether any tracker has the lock. */
    static boolean isTaken(Path file) {
        if (HELD.contains(file)) {
            return true;
        }
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !holder(file).isEmpty();
    }

    private static FileChannel lock(Path file) throws FirewallException {
        // Other users may write to the directory: another file of this name is neither followed nor written to.
        Set<OpenOption> options = Set.of(
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                LinkOption.NOFOLLOW_LINKS);
        try {
            FileChannel channel = FileChannel.open(
                    file, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            boolean locked = false;
            try {
                locked = channel.tryLock() != null;
            } finally {
                if (!locked) {
                    channel.close();
                }
            }
            if (!locked) {
                throw taken(holder(file), file);
            }
            return channel;
        } catch (FirewallException e) {
            throw e;
        } catch (IOException e) {
            throw new FirewallException(
                    Kind.UNAVAILABLE,
                    "can't lock " + file + " against a second tcptracker",
                    ErrorMessages.clean(e.toString()),
                    "remove it if it isn't tcptracker's, or set RUNTIME_DIRECTORY");
        }
    }

    private static FirewallException taken(String by, Path file) {
        return new FirewallException(
                Kind.IN_USE,
                "another tcptracker" + by + " keeps the firewall of this network namespace",
                "it holds " + file,
                "stop it first");
    }

    /** Returns the holder as the kernel knows it, since other users may have written to the file. */
    private static String holder(Path file) {
        try {
            Object inode = Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
            // 3: POSIX  ADVISORY  WRITE 2481 00:18:1184 0 EOF
            Matcher lock = Pattern.compile(" WRITE (\\d+) \\w+:\\w+:" + inode + " ")
                    .matcher(Files.readString(Path.of("/proc/locks")));
            return lock.find() ? " (pid " + lock.group(1) + ")" : "";
        } catch (IOException e) {
            // The refusal matters, not this detail of it.
            return "";
        }
    }

    /** Closes it after a failure, which matters more than one to do so. */
    static void free(NamespaceLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The end of the process frees it.
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD.remove(file);
        }
    }
}
