package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.PacketHandler;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reader of the pcap format (IETF draft-ietf-opsawg-pcap), in both byte orders, with micro- or nanoseconds. Knows the
 * variant with longer record headers that some Linux systems once wrote.
 *
 * <p>Not threadsafe.
 */
public final class PcapReader implements PacketReader {
    private static final int FILE_HEADER = 24;
    private static final long NANOS = 1_000_000_000;

    private final BufferedInput in;
    private final int recordHeader;
    private final int nanosPerUnit;
    private final @Nullable LinkType link;

    private PcapReader(BufferedInput in, int recordHeader, int nanosPerUnit) throws IOException {
        this.in = in;
        this.recordHeader = recordHeader;
        this.nanosPerUnit = nanosPerUnit;
        in.demand(FILE_HEADER, "the file header");
        // The upper half of the field describes checksums at the end of frames.
        link = LinkType.of((int) in.u32(20) & 0xffff).orElse(null);
        in.take(FILE_HEADER);
    }

    /** Returns a reader if these first four bytes, read in big-endian order, begin such a file. */
    public static Optional<PacketReader> of(int magic, BufferedInput in) throws IOException {
        boolean bigEndian = magic >>> 24 == 0xa1;
        in.bigEndian(bigEndian);
        return switch (bigEndian ? magic : Integer.reverseBytes(magic)) {
            case 0xa1b2c3d4 -> Optional.of(new PcapReader(in, 16, 1_000));
            case 0xa1b23c4d -> Optional.of(new PcapReader(in, 16, 1));
            case 0xa1b2cd34 -> Optional.of(new PcapReader(in, 24, 1_000));
            default -> Optional.empty();
        };
    }

    @Override
    public boolean next(PacketHandler handler) throws IOException {
        if (!in.has(1)) {
            return false;
        }
        in.demand(recordHeader, "a packet's header");
        // Some programs write fractions above a second: add them, don't check.
        long time = in.u32(0) * NANOS + in.u32(4) * nanosPerUnit;
        long captured = in.u32(8);
        if (captured > LONGEST_PACKET) {
            throw in.damaged("a packet of " + captured + " bytes, more than " + LONGEST_PACKET);
        }
        int length = (int) captured;
        in.demand(recordHeader + length, "a packet");
        handler.packet(link, time, in.buffer(), in.offset() + recordHeader, length);
        in.take(recordHeader + length);
        return true;
    }
}
