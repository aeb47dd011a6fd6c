package io.tcptracker.capture;

import io.tcptracker.capture.file.PcapWriter;
import io.tcptracker.testing.Network;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts frames on the wire, as they are, at the peer's end. */
record FrameSender(Network network, Path directory) {
    void send(byte[]... frames) {
        replay(file(List.of(frames)));
    }

    /** A file of frames to be replayed. */
    Path file(List<byte[]> frames) {
        PcapWriter writer = new PcapWriter(ByteOrder.LITTLE_ENDIAN, PcapWriter.MICROS, 1);
        frames.forEach(frame -> writer.packet(0, frame));
        try {
            return Files.write(directory.resolve("frames.pcap"), writer.done());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a file as fast as can be. */
    void replay(Path file, String... options) {
        List<String> all = new ArrayList<>(List.of("--topspeed"));
        all.addAll(List.of(options));
        tcpreplay(file, all);
    }

    void trickle(Path file, int packetsPerSecond) {
        tcpreplay(file, List.of("--pps=" + packetsPerSecond));
    }

    private void tcpreplay(Path file, List<String> options) {
        List<String> command = new ArrayList<>(network.onPeer("tcpreplay", "--preload-pcap", "-i", "veth1"));
        command.addAll(options);
        command.add(file.toString());
        Shell.run(command).orThrow();
    }
}
