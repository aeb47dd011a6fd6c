package io.tcptracker.cli.testing;

import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.nio.file.Path;

/** What another program sees on the host's device: the connection attempts, or something else. */
public final class DeviceSniffer {
    private static final String ATTEMPTS =
            "(tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn) or (ip6[6] = 6 and ip6[53] & 0x12 = 2)";

    private final Process tcpdump;
    private final String file;

    public DeviceSniffer(Hosts hosts, Path directory) {
        this(hosts, directory, ATTEMPTS);
    }

    /** What passes this filter. */
    public DeviceSniffer(Hosts hosts, Path directory, String filter) {
        file = directory.resolve("wire.pcap").toString();
        // Its ring holds few packets of any length, and many of which it needs but the head.
        tcpdump = hosts.startOnHost(
                "tcpdump", "-Z", "root", "-s", "96", "-B", "8192", "-U", "-i", Network.DEVICE, "-w", file, filter);
        new Lines("tcpdump", tcpdump.getErrorStream()).await("listening on");
    }

    /** How many attempts there were, once one from this source has been seen. */
    public long attemptsUntil(String source) {
        return Shell.run("tcpdump", "-nr", fileUntil(source)).orThrow().lines().count();
    }

    /** The capture file, once something from this source has been seen. */
    public String fileUntil(String source) {
        String last = "src host " + source;
        Await.until(
                "tcpdump sees " + source,
                () -> Shell.run("tcpdump", "-nr", file, last).out(),
                seen -> !seen.isEmpty());
        tcpdump.destroy();
        tcpdump.onExit().join();
        return file;
    }
}
