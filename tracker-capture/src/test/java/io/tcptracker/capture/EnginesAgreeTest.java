package io.tcptracker.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.capture.decode.DecodeFailure;
import io.tcptracker.capture.decode.DecodedFrames;
import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.Mutations;
import io.tcptracker.capture.decode.SegmentDecoder;
import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both engines on one device, with the same traffic. */
@Needs(
        namespaces = true,
        programs = {"ip", "nmap", "tcpreplay"})
@Timeout(120)
class EnginesAgreeTest {
    private static final double MULTICAST_REPORTS = 8;

    @TempDir
    private Path directory = Path.of("");

    @AutoClose
    private final Network network = new Network();

    @Test
    void aScanLooksTheSame() {
        agree(() -> {
            Shell.run(network.onPeer("nmap", "-n", "-Pn", "-sS", "-p1-1000", "--max-retries", "2", Network.HOST))
                    .orThrow();
            Shell.run(network.onPeer("nmap", "-n", "-Pn", "-6", "-sS", "-p1-300", "--max-retries", "2", Network.HOST6))
                    .orThrow();
            // What the host itself tries passes too.
            Shell.run(network.onHost("nmap", "-n", "-Pn", "-sS", "-p1-100", "--max-retries", "2", Network.PEER))
                    .orThrow();
        });
    }

    @Test
    void everyKindOfFrameLooksTheSame() {
        List<byte[]> frames = new ArrayList<>();
        Random random = new Random(7);
        for (DecodedFrames.Row row : DecodedFrames.all()) {
            for (int i = 0; i <= 20 && row.link() == LinkType.ETHERNET; i++) {
                byte[] frame = i == 0 ? row.frame() : Mutations.spoil(row.frame(), random);
                if (frame.length >= 14 && frame.length <= 1_514 && !hasTooManyTags(frame)) {
                    frames.add(frame);
                }
            }
        }
        FrameSender wire = new FrameSender(network, directory);
        Path file = wire.file(frames);
        agree(() -> wire.replay(file));
    }

    /** The kernel takes off the outermost tag, and libpcap puts it back: the ring sees through one tag more. */
    private static boolean hasTooManyTags(byte[] frame) {
        SegmentDecoder decoder = new SegmentDecoder();
        decoder.decode(LinkType.ETHERNET, 0, ByteBuffer.wrap(frame), 0, frame.length);
        return Long.valueOf(1).equals(decoder.undecodable().get(DecodeFailure.NESTING.label()))
                && List.of(0x8100, 0x88a8).contains(Frames.u16At(frame, 12));
    }

    private void agree(Runnable traffic) {
        try (CaptureProcess ring = CaptureProcess.running(network, Engine.RING, Network.DEVICE);
                CaptureProcess pcap = CaptureProcess.running(network, Engine.PCAP, Network.DEVICE)) {
            CaptureProcess.Statistics ringBefore = ring.statistics();
            CaptureProcess.Statistics pcapBefore = pcap.statistics();
            traffic.run();
            FrameSender wire = new FrameSender(network, directory);
            byte[] last = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(7, 7, Frames.SYN, new byte[0])));
            wire.send(last);
            List<String> seen = segments(ring);
            assertTrue(seen.size() > 100, "" + seen);
            assertEquals(String.join("\n", segments(pcap)), String.join("\n", seen));
            CaptureProcess.Statistics ringNow = ring.statistics();
            CaptureProcess.Statistics pcapNow = pcap.statistics();
            // Either may have seen one of the kernel's own multicast reports before it was asked.
            assertEquals(
                    (double) (pcapNow.received() - pcapBefore.received()),
                    (double) (ringNow.received() - ringBefore.received()),
                    MULTICAST_REPORTS);
            assertEquals(pcapNow.undecodable(), ringNow.undecodable());
            assertEquals(0, ringNow.kernel() + ringNow.device());
        }
    }

    /** The segments up to the last, in their order, without the delay. */
    private static List<String> segments(CaptureProcess capture) {
        capture.await(line -> line.contains(" 7 198.51.100.2 7 "), "the last");
        return capture.seen().stream()
                .filter(line -> line.startsWith("SEGMENT"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .toList();
    }
}
