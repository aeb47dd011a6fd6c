package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a ring can do wrong, and what is captured without one. */
@Needs(
        namespaces = true,
        programs = {"ip", "tcpreplay"})
@Timeout(120)
class RingCaptureTest {
    private static final byte[] SYN = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));

    @TempDir
    private Path directory = Path.of("");

    @AutoClose
    private final Network network = new Network();

    @Test
    void lossesAreCountedAndOtherPacketsDelivered() {
        int sent = 100_000;
        try (CaptureProcess capture = running(256 * 1024, Network.DEVICE)) {
            assertEquals("ring of 256 KiB", capture.ask("description", "DESCRIPTION"));
            assertEquals(256 * 1024, ringBytes(capture));
            capture.ask("quiet", "OK");
            capture.ask("block", "OK");
            flood(sent);
            assertTrue(capture.statistics().kernel() > sent / 2);
            capture.ask("unblock", "OK");
            CaptureProcess.Statistics after = capture.awaitPackets(sent);
            long total = after.received() + after.kernel();
            // The kernels of both sides also tell of multicast groups, with extension headers.
            assertTrue(total >= sent && total < sent + 100, () -> "" + after);
            assertTrue(after.segments() > 100, () -> "the ring holds more: " + after);
            wire().send(SYN);
            assertEquals(
                    after.segments() + 1,
                    capture.awaitSegments(after.segments() + 1).segments());
            assertEquals(256 * 1024, ringBytes(capture));
        }
    }

    /** A block is handed over each millisecond, whatever is in it: there must be enough of them. */
    @Test
    void aReaderThatIsHeldUpLosesNothingOfATrickle() throws Exception {
        try (CaptureProcess capture = running(32 * 1024 * 1024, Network.DEVICE)) {
            capture.ask("quiet", "OK");
            capture.ask("block", "OK");
            wire().trickle(wire().file(Collections.nCopies(600, SYN)), 2_000);
            capture.ask("unblock", "OK");
            CaptureProcess.Statistics after = capture.awaitSegments(600);
            assertEquals(600, after.segments());
            assertEquals(0, after.kernel());
        }
    }

    @Test
    void aFloodIsReadWithLittleGarbage() {
        int warmUp = 200_000;
        int sent = 400_000;
        try (CaptureProcess capture = running(64 * 1024 * 1024, Network.DEVICE)) {
            capture.ask("quiet", "OK");
            flood(warmUp);
            assertEquals(warmUp, capture.awaitSegments(warmUp).segments());
            String[] before = capture.ask("cost", "COST").split(" ", -1);
            flood(sent);
            assertEquals(warmUp + sent, capture.awaitSegments(warmUp + sent).segments());
            String[] after = capture.ask("cost", "COST").split(" ", -1);
            long bytes = (Long.parseLong(after[0]) - Long.parseLong(before[0])) / sent;
            long nanos = (Long.parseLong(after[1]) - Long.parseLong(before[1])) / sent;
            System.out.println("ring: " + bytes + " bytes and " + nanos + " ns of the capture thread for a SYN");
            // The segment, and nothing else.
            assertTrue(bytes <= 64, bytes + " bytes");
        }
    }

    @Test
    void closingEndsTheRunAmidAFlood() {
        try (CaptureProcess capture = running(1024 * 1024, Network.DEVICE)) {
            capture.ask("quiet", "OK");
            AtomicBoolean stop = new AtomicBoolean();
            CompletableFuture<Void> flood = floodUntil(stop, SYN);
            capture.awaitSegments(10_000);
            capture.tell("close");
            assertEquals("ENDED", capture.await("ENDED"));
            stop.set(true);
            flood.join();
            assertEquals(0, ringBytes(capture));
        }
    }

    /** A socket that is bound before it has its filter delivers what came in between. */
    @Test
    void nothingPassesBeforeTheFilterIsSet() {
        byte[] ack = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.ACK)));
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<Void> flood = floodUntil(stop, ack);
        try (CaptureProcess capture = running(1024 * 1024, Network.DEVICE)) {
            stop.set(true);
            flood.join();
            CaptureProcess.Statistics after = capture.statistics();
            // But for multicast groups, with extension headers, that both kernels tell of.
            assertTrue(after.received() + after.kernel() < 50, () -> "" + after);
            assertEquals(0, after.segments());
        }
    }

    @Test
    void openingAndClosingLeavesNothingBehind() {
        List<String> lines = Shell.run(
                        network.onHost(CaptureProcess.command(Engine.RING, "leak", Network.DEVICE, "veth9")))
                .orThrow()
                .lines()
                .toList();
        assertEquals(3, lines.size(), () -> "" + lines);
        assertEquals(lines.get(0), lines.get(1));
        assertEquals(lines.get(0), lines.get(2));
        assertTrue(lines.get(0).endsWith(" 0"), lines.get(0));
    }

    @Test
    void pollsAgainOnASilentLinkAndNotWhileTheReaderHangs() {
        try (CaptureProcess capture = running(1024 * 1024, Network.DEVICE)) {
            long first = nanosSincePoll(capture);
            awaitNanosSincePoll(capture, nanos -> nanos >= 0 && nanos < first);
            capture.ask("block", "OK");
            wire().send(SYN);
            awaitNanosSincePoll(capture, nanos -> nanos > 1_000_000_000);
            capture.ask("unblock", "OK");
        }
    }

    private static void awaitNanosSincePoll(CaptureProcess capture, LongPredicate expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        for (long nanos = nanosSincePoll(capture); !expected.test(nanos); nanos = nanosSincePoll(capture)) {
            long last = nanos;
            assertTrue(System.nanoTime() < deadline, () -> last + " ns since the last poll");
        }
    }

    private static long nanosSincePoll(CaptureProcess capture) {
        return Long.parseLong(capture.ask("looked", "LOOKED"));
    }

    /** While packets come and once none do; and no packet comes that should have been there. */
    @Test
    void itTellsUntilWhenAllIsDelivered() {
        try (CaptureProcess capture = running(32 * 1024 * 1024, Network.DEVICE)) {
            capture.ask("quiet", "OK");
            wire().trickle(wire().file(Collections.nCopies(600, SYN)), 2_000);
            capture.awaitSegments(600);
            assertSilenceIsTold(capture);
            flood(100_000);
            capture.awaitPackets(100_600);
            assertSilenceIsTold(capture);
        }
    }

    private static void assertSilenceIsTold(CaptureProcess capture) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        String[] told = capture.ask("until", "UNTIL").split(" ", -1);
        while (Long.parseLong(told[0]) <= Long.parseLong(told[1])) {
            assertTrue(System.nanoTime() < deadline, () -> "silent since then, but not told");
            told = capture.ask("until", "UNTIL").split(" ", -1);
        }
        assertEquals("0", told[2], "packets that came after all was said to be delivered, or times that were wrong");
    }

    @Test
    void filterBeyondThePacketsBytesIsLeftToLibpcap() {
        try (CaptureProcess capture = running(1024 * 1024, Network.DEVICE, "vlan 100")) {
            assertEquals(
                    "libpcap (the filter asks for the VLAN, direction or interface, which the bytes of a packet don't hold)",
                    capture.ask("description", "DESCRIPTION"));
            byte[] ip = Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN));
            wire().send(SYN, Frames.ethernet(Frames.VLAN, Frames.tag(Frames.IPV4, ip)));
            capture.await("SEGMENT");
            assertEquals(1, capture.statistics().received());
            // It doesn't return from a silent link, and so can't tell.
            assertEquals(
                    List.of("" + Long.MIN_VALUE, "0"),
                    List.of(
                            capture.ask("until", "UNTIL").split(" ", -1)[0],
                            capture.ask("until", "UNTIL").split(" ", -1)[2]));
        }
    }

    @Test
    void aKindOfDeviceThatIsNotCertainIsLeftToLibpcap() {
        Shell.Result made = Shell.run(network.onHost(
                "ip", "link", "add", "tunnel0", "type", "sit", "local", Network.HOST, "remote", Network.PEER));
        assumeTrue(made.exit() == 0, "needs a kernel that knows tunnels");
        Shell.run(network.onHost("ip", "link", "set", "tunnel0", "up")).orThrow();
        try (CaptureProcess capture = running(1024 * 1024, "tunnel0")) {
            assertEquals(
                    "libpcap (devices of type 776 are left to libpcap)", capture.ask("description", "DESCRIPTION"));
        }
    }

    private CaptureProcess running(int bufferBytes, String... arguments) {
        return CaptureProcess.running(network.onHost(CaptureProcess.command(Engine.RING, bufferBytes, arguments)));
    }

    private void flood(int packets) {
        wire().replay(wire().file(Collections.nCopies(10_000, SYN)), "--loop=" + packets / 10_000);
    }

    private CompletableFuture<Void> floodUntil(AtomicBoolean stop, byte[] frame) {
        Path file = wire().file(Collections.nCopies(50_000, frame));
        return CompletableFuture.runAsync(() -> {
            while (!stop.get()) {
                wire().replay(file);
            }
        });
    }

    private static long ringBytes(CaptureProcess capture) {
        return Long.parseLong(capture.ask("held", "HELD").split(" ", -1)[1]);
    }

    private FrameSender wire() {
        return new FrameSender(network, directory);
    }
}
