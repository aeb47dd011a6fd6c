package io.tcptracker.firewall;

import io.tcptracker.firewall.backend.HostEnvironment;
import io.tcptracker.firewall.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Stand-ins for iptables and its kin that write down how they are called, and do what a script says. */
public final class FakeTools {
    private static final String TOOL = """
            #!/bin/sh
            dir=${0%/*}
            name=${0##*/}
            case "$*" in
            -V)
                echo "$name v1.8.9 (legacy)"
                exit 0
                ;;
            esac
            echo "$name $*" >> "$dir/log"
            case $name in *-restore) cat >> "$dir/log" ;; esac
            if [ -f "$dir/$name.script" ]; then . "$dir/$name.script"; fi
            """;

    private final Path directory;

    public FakeTools(Path directory) throws IOException {
        this.directory = directory;
        mend();
    }

    /** Puts all tools back, and has them do nothing and succeed. */
    void mend() throws IOException {
        for (String name : List.of("iptables", "iptables-restore", "ip6tables", "ip6tables-restore")) {
            tool(name, TOOL);
            Files.deleteIfExists(directory.resolve(name + ".script"));
        }
    }

    /** Installs ipset as well, which does this, in sh, when it is kept running, and else succeeds. */
    public void ipset(String kept) throws IOException {
        tool(
                "ipset",
                String.join(
                        "\n",
                        "#!/bin/sh",
                        "cd ${0%/*}",
                        "case $1 in",
                        "-v)",
                        "echo 'ipset v7.17, protocol version: 7'",
                        ";;",
                        "-)",
                        kept,
                        ";;",
                        "esac",
                        ""));
    }

    /** Puts another program in the place of a tool. */
    public void tool(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Has a tool do this, in sh, from now on. */
    void script(String name, String lines) throws IOException {
        Files.writeString(directory.resolve(name + ".script"), lines);
    }

    void fail(String name, int exit, String message) throws IOException {
        script(name, "echo '" + message.replace("'", "'\\''") + "' >&2; exit " + exit);
    }

    public void remove(String name) throws IOException {
        Files.delete(directory.resolve(name));
    }

    /** How the tools have been called since the last look, each call followed by its input. */
    public String log() throws IOException {
        Path log = directory.resolve("log");
        String text = Files.exists(log) ? Files.readString(log) : "";
        Files.deleteIfExists(log);
        return text;
    }

    HostEnvironment host() {
        return host(true);
    }

    HostEnvironment host(boolean ipv6) {
        return new HostEnvironment(runner(Duration.ofSeconds(5)), ipv6, directory.resolve("lock"));
    }

    public Programs runner(Duration deadline) {
        return new Programs(List.of(), directory.toString(), deadline);
    }
}
