package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.Segment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resets that end connections of ordinary clients to many ports of a host, by which nobody is a scanner. */
final class OrdinaryResetsTest {
    private static final ScanPolicy POLICY =
            new ScanPolicy(3, Duration.ofSeconds(60), 1_000).withUnanswered(2, Duration.ofSeconds(1));
    private static final long SECOND = 1_000_000_000;
    private static final int CLIENT = 0xc0000207;
    private static final int SERVER = 0xc6336401;
    private static final int SYN_ACK = Segment.SYN | Segment.ACK;
    private static final int RST_ACK = Segment.RST | Segment.ACK;
    private static final int PORTS = 6;

    private final ScanDetector detector = new ScanDetector(POLICY);
    private final List<Scan> scans = new ArrayList<>();
    private long now;

    @AfterEach
    void noScanIsReported() {
        scans.addAll(detector.idle(now + 10 * SECOND));
        assertEquals(List.of(), scans);
    }

    /** As one that has closed does to what still comes, or that aborts: from ports above the server's, and below them. */
    @ParameterizedTest
    @CsvSource({"50000, RST", "50000, RST_ACK", "1024, RST", "1024, RST_ACK"})
    void byTheClient(int clientPort, Reset reset) {
        for (int i = 0; i < PORTS; i++) {
            connect(clientPort + i, serverPort(i));
            byClient(clientPort + i, serverPort(i), reset);
            byClient(clientPort + i, serverPort(i), reset);
        }
        assertEquals(PORTS, detector.statistics().answers());
    }

    /** As a service that aborts does, or one that is sent something after it has closed. */
    @ParameterizedTest
    @CsvSource({"50000, RST", "50000, RST_ACK", "1024, RST", "1024, RST_ACK"})
    void byTheServer(int clientPort, Reset reset) {
        for (int i = 0; i < PORTS; i++) {
            connect(clientPort + i, serverPort(i));
            byServer(clientPort + i, serverPort(i), reset);
            byServer(clientPort + i, serverPort(i), reset);
        }
    }

    /** As a load balancer does to what was idle for longer than it likes, and a client that wakes up to a dead server. */
    @ParameterizedTest
    @CsvSource({"true, RST", "true, RST_ACK", "false, RST", "false, RST_ACK"})
    void ofConnectionsThatWereIdleForLong(boolean byServer, Reset reset) {
        for (int i = 0; i < PORTS; i++) {
            connect(50_000 + i, serverPort(i));
        }
        now += 350 * SECOND;
        for (int i = 0; i < PORTS; i++) {
            if (byServer) {
                byServer(50_000 + i, serverPort(i), reset);
            } else {
                byClient(50_000 + i, serverPort(i), reset);
            }
        }
    }

    /** Of as many that not all are remembered. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofMoreConnectionsThanAreRemembered(boolean byServer) {
        for (int i = 0; i < 100; i++) {
            connect(50_000 + i, serverPort(i));
        }
        for (int i = 0; i < 100; i++) {
            if (byServer) {
                byServer(50_000 + i, serverPort(i), Reset.RST);
            } else {
                byClient(50_000 + i, serverPort(i), Reset.RST);
            }
        }
    }

    /** Whose beginning was not captured. Those of a server without ACK are told apart from a scan by nothing: README, Limits. */
    @Test
    void ofConnectionsOfBefore() {
        for (int i = 0; i < PORTS; i++) {
            byClient(50_000 + i, serverPort(i), Reset.RST);
            byClient(50_000 + i, serverPort(i), Reset.RST_ACK);
            byServer(50_000 + i, serverPort(i), Reset.RST_ACK);
        }
    }

    /** By a server of clients that share an address, all of them at one port. */
    @Test
    void ofManyConnectionsToOnePort() {
        for (int i = 0; i < 1_000; i++) {
            byServer(50_000 + i, 443, Reset.RST);
        }
    }

    /** By a backend that is down, which a client tries again and again beside others that are up. */
    @Test
    void byOnePortThatIsClosed() {
        for (int i = 0; i < PORTS; i++) {
            connect(50_000 + i, serverPort(i));
            add(Segment.v4(now, CLIENT, 51_000 + i, SERVER, 8080, Segment.SYN | Segment.OPTIONS));
            byServer(51_000 + i, 8080, Reset.RST_ACK);
        }
    }

    private enum Reset {
        RST,
        RST_ACK;

        int flags() {
            return this == RST ? Segment.RST : OrdinaryResetsTest.RST_ACK;
        }
    }

    /** Privileged ones and others, as of FTP's data. */
    private static int serverPort(int i) {
        return i % 2 == 0 ? 100 + i : 30_000 + i;
    }

    private void connect(int clientPort, int serverPort) {
        add(Segment.v4(now, CLIENT, clientPort, SERVER, serverPort, Segment.SYN | Segment.OPTIONS));
        add(Segment.v4(now, SERVER, serverPort, CLIENT, clientPort, SYN_ACK));
    }

    private void byClient(int clientPort, int serverPort, Reset reset) {
        add(Segment.v4(now, CLIENT, clientPort, SERVER, serverPort, reset.flags()));
    }

    private void byServer(int clientPort, int serverPort, Reset reset) {
        add(Segment.v4(now, SERVER, serverPort, CLIENT, clientPort, reset.flags()));
    }

    private void add(Segment segment) {
        scans.addAll(detector.add(segment));
        now += SECOND / 100;
    }
}
