package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a reader makes of the bytes of a file: the packets, and how it ended. */
public record Reading(List<Packet> packets, Optional<CaptureException> damage) {
    record Packet(@Nullable LinkType link, long time, String bytes) {
        Packet(@Nullable LinkType link, long time, byte[] bytes) {
            this(link, time, Frames.hex(bytes));
        }
    }

    public static Reading of(byte[] file) {
        return of(Channels.newChannel(new ByteArrayInputStream(file)), ByteBuffer.allocate(BufferedInput.LARGEST));
    }

    /** The same of what comes through a channel. */
    public static Reading of(ReadableByteChannel file, ByteBuffer buffer) {
        List<Packet> packets = new ArrayList<>();
        try (BufferedInput in = new BufferedInput(file, buffer)) {
            in.demand(4, "the magic");
            in.bigEndian(true);
            int magic = (int) in.u32(0);
            PacketReader reader = PcapReader.of(magic, in)
                    .or(() -> PcapngReader.of(magic, in))
                    .orElseThrow();
            while (reader.next((link, time, bytes, offset, length) ->
                    packets.add(new Packet(link, time, copy(bytes, offset, length))))) {
                // next() has done the work
            }
            return new Reading(packets, Optional.empty());
        } catch (CaptureException e) {
            return new Reading(packets, Optional.of(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] copy(ByteBuffer bytes, int offset, int length) {
        byte[] copy = new byte[length];
        bytes.get(offset, copy);
        return copy;
    }

    public String message() {
        return damage.map(CaptureException::getMessage).orElse("no damage");
    }
}
