package io.tcptracker.capture;

import io.tcptracker.core.PacketSource;
import io.tcptracker.core.Segment;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A capture file in the pcap or pcapng format, packed with gzip or not. The format is told by what the file begins with,
 * not by its name. Needs no library and no privilege.
 *
 * <p>A damaged file delivers what comes before the damage; the run then ends with a {@link CaptureException} that says
 * where.
 */
public final class CaptureFile implements PacketSource {
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int PIECE = 64 * 1024;

    private final String name;
    private final InputStream packed;
    private final SegmentDecoder decoder = new SegmentDecoder();
    private final LongAdder received = new LongAdder();
    private volatile boolean closed;

    private CaptureFile(String name, InputStream packed) {
        this.name = name;
        this.packed = packed;
    }

    /**
     * Opens a file to be read from its beginning.
     *
     * @throws CaptureException if there is none or it can't be read
     */
    public static CaptureFile open(Path file) throws IOException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw unreadable(name, "is a directory");
        }
        try {
            return new CaptureFile(name, Files.newInputStream(file));
        } catch (NoSuchFileException e) {
            throw unreadable(name, "does not exist");
        } catch (AccessDeniedException e) {
            throw unreadable(name, "may not be read by this user");
        }
    }

    @Override
    public void run(Consumer<? super Segment> sink) throws IOException {
        if (closed) {
            return;
        }
        try (CaptureInput in = new CaptureInput(unpacked(packed))) {
            PacketReader reader = reader(in);
            PacketReader.Packets packets = (link, time, bytes, offset, length) -> {
                received.increment();
                Segment segment = decoder.decode(link, time, bytes, offset, length);
                if (segment != null) {
                    sink.accept(segment);
                }
            };
            while (!closed && reader.next(packets)) {
                // next() has done the work
            }
        } catch (IOException e) {
            if (!closed) { // else close() took the file away
                throw e instanceof CaptureException ? unreadable(name, String.valueOf(e.getMessage())) : e;
            }
        }
    }

    private static InputStream unpacked(InputStream packed) throws IOException {
        BufferedInputStream in = new BufferedInputStream(packed, PIECE);
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        if (magic != GZIP_MAGIC) {
            return in;
        }
        try {
            return new GZIPInputStream(in, PIECE);
        } catch (EOFException | ZipException e) {
            throw new CaptureException(CaptureException.Kind.DAMAGED, "damaged at byte 0: the gzip header is corrupt");
        }
    }

    private static PacketReader reader(CaptureInput in) throws IOException {
        if (!in.has(1)) {
            throw unreadable("the file", "is empty");
        }
        in.demand(4, "the first bytes, which would tell its format");
        in.bigEndian(true);
        int magic = (int) in.u32(0);
        Optional<PacketReader> reader = PcapReader.of(magic, in).or(() -> PcapngReader.of(magic, in));
        return reader.orElseThrow(() -> unreadable(
                "the file",
                "is no capture file: it begins with " + HexFormat.of().toHexDigits(magic)
                        + ", not like pcap or pcapng"));
    }

    private static CaptureException unreadable(String name, String why) {
        return new CaptureException(CaptureException.Kind.DAMAGED, name + ": " + why);
    }

    @Override
    public Statistics statistics() {
        return new Statistics(received.sum(), 0, 0, decoder.undecodable());
    }

    @Override
    public void close() {
        closed = true;
        try {
            // The run unpacks on its own thread, and closes what it unpacks with.
            packed.close();
        } catch (IOException e) {
            // It was only read from.
        }
    }
}
