package io.tcptracker.firewall.nft;

import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A stand-in for nft that writes down what it is told, and can be kept open in ways to choose. */
final class NftStandIn {
    private final Path directory;

    NftStandIn(Path directory) {
        this.directory = directory;
    }

    HostEnvironment host() {
        Programs runner = new Programs(List.of(), directory.toString(), Duration.ofMillis(1500));
        return new HostEnvironment(runner, true, directory.resolve("lock"));
    }

    /** The nft, be it this or a real one, that this process keeps open. */
    static Optional<ProcessHandle> kept() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        List.of(child.info().arguments().orElse(new String[0])).contains("-i"))
                .findFirst();
    }

    /** Has it do this, in sh, when it is kept open. */
    void interactive(String lines) throws IOException {
        tool("""
                #!/bin/sh
                dir=${0%/*}
                case "$1" in
                --version)
                    echo 'nftables v1.0.6 (Lester Gooch #5)'
                    exit 0
                    ;;
                -i)
                    echo "$* home=$HOME" >> "$dir/log"
                """ + lines + """

                    exit 0
                    ;;
                esac
                echo "$*" >> "$dir/log"
                if [ "$1" != -t ]; then cat >> "$dir/log"; fi
                """);
    }

    /** Puts another program in its place. */
    void tool(String text) throws IOException {
        // Another file, as one that a shell still reads is not to change.
        Path file = Files.writeString(directory.resolve("nft.new"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(file, directory.resolve("nft"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** What it was told since the last look. */
    String log() throws IOException {
        Path log = directory.resolve("log");
        String text = Files.exists(log) ? Files.readString(log) : "";
        Files.deleteIfExists(log);
        return text;
    }
}
