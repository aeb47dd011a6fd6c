package io.tcptracker.cli.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcptracker.cli.testing.Hosts;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody's own network, in a user namespace: what is root there has no privilege on this machine. */
@Timeout(100)
class UnprivilegedEndToEnd {
    private static final String SCRIPT = """
            set -e
            program=$1
            export RUNTIME_DIRECTORY="$2/run" STATE_DIRECTORY="$2/state"
            mkdir "$RUNTIME_DIRECTORY" "$STATE_DIRECTORY"
            ip link set lo up
            unshare -n sleep 60 &
            peer=$!
            ip link add eth0 type veth peer name eth1
            until ip link set eth1 netns $peer 2>/dev/null; do sleep 0.02; done
            ip addr add 192.0.2.1/24 dev eth0
            ip link set eth0 up
            nsenter -t $peer -n ip addr add 192.0.2.66/24 dev eth1
            nsenter -t $peer -n ip link set eth1 up
            mkfifo "$2/events" "$2/log"
            "$program" run -d eth0 --quiet --unanswered 2 >"$2/events" 2>"$2/log" &
            tracker=$!
            exec 3<"$2/events" 4<"$2/log"
            until read -r line <&4 && case $line in *watching*) true ;; *) false ;; esac; do :; done
            nsenter -t $peer -n nmap -n -Pn -sS -p 21-28 192.0.2.1 >/dev/null
            read -r line <&3; echo "${line#* }"
            read -r line <&3; echo "${line#* }"
            "$program" chain | sed -n 2p
            kill $tracker
            wait $tracker
            echo "exit $?"
            iptables -S
            ipset list -n
            kill $peer
            """;

    @TempDir
    Path directory;

    @Test
    @Needs(
            namespaces = true,
            programs = {"setpriv", "unshare", "nsenter", "ip", "iptables", "ipset", "nmap"})
    void unprivilegedUserTracksAndBlocksInTheirOwnNetwork() throws IOException {
        List<String> nobody =
                List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs");
        assumeTrue(as(nobody, "unshare", "-Urn", "true").exit() == 0, "the kernel grants nobody a user namespace");
        assumeTrue(
                as(nobody, "test", "-r", Hosts.HOME + "/tracker-cli/target/tcptracker.jar")
                                .exit()
                        == 0,
                "nobody can't read this source tree");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path script = Files.writeString(directory.resolve("script"), SCRIPT);
        List<String> said = as(nobody, "unshare", "-Urn", "sh", script.toString(), Hosts.PROGRAM, directory.toString())
                .orThrow()
                .lines()
                .toList();
        assertEquals(7, said.size(), said::toString);
        assertTrue(said.get(0).startsWith("Port scan detected: 192.0.2.66 -> 192.0.2.1 on ports "), said::toString);
        assertTrue(said.get(1).startsWith("Blocked 192.0.2.66 until "), said::toString);
        assertTrue(said.get(2).startsWith("192.0.2.66 "), said::toString);
        assertEquals(
                List.of("exit 0", "-P INPUT ACCEPT", "-P FORWARD ACCEPT", "-P OUTPUT ACCEPT"),
                said.subList(3, said.size()),
                "how it ended, the rules and the sets that are left");
    }

    private static Shell.Result as(List<String> user, String... command) {
        List<String> all = new ArrayList<>(user);
        all.addAll(List.of(command));
        return Shell.run(all);
    }
}
