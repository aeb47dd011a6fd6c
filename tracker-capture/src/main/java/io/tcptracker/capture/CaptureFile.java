package io.tcptracker.capture;

import io.tcptracker.capture.decode.PacketHandler;
import io.tcptracker.capture.decode.SegmentDecoder;
import io.tcptracker.capture.file.BufferedInput;
import io.tcptracker.capture.file.GzipChannel;
import io.tcptracker.capture.file.PacketReader;
import io.tcptracker.capture.file.PcapReader;
import io.tcptracker.capture.file.PcapngReader;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.PacketSource.CaptureException.Kind;
import io.tcptracker.core.net.Segment;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A capture file in the pcap or pcapng format, packed with gzip or not. It may be a pipe, whose packets are delivered as they
 * come. The first bytes decide the format, not the name. Needs no library and no privilege.
 *
 * <p>Delivers connection attempts, answers to them, and probes, as live capture does with the filter in the kernel. Most
 * packets of a file go back and forth within connections. No object is made for any of them.
 *
 * <p>A damaged file delivers the packets before the damage. The run then ends with a {@link CaptureException} that says
 * where the damage is. Only at a sound end does the sink hear that no more packets will come.
 */
public final class CaptureFile implements PacketSource {
    private final String name;
    private final ReadableByteChannel file;
    private final OptionalLong size;
    private final SegmentDecoder decoder = new SegmentDecoder();
    private final AtomicLong received = new AtomicLong(); // one thread writes, without atomic operations
    private final AtomicLong bytesRead = new AtomicLong();
    private volatile boolean closed;

    private CaptureFile(String name, ReadableByteChannel file, OptionalLong size) {
        this.name = name;
        this.file = file;
        this.size = size;
    }

    /**
     * Opens a file to be read from its beginning. For a named pipe, it waits until a program opens the pipe to write.
     *
     * @throws CaptureException if the file doesn't exist or can't be read
     */
    public static CaptureFile open(Path file) throws IOException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw failure(Kind.DAMAGED, name, "is a directory");
        }
        try {
            FileChannel channel = FileChannel.open(file);
            boolean sized = Files.isRegularFile(file);
            return new CaptureFile(name, channel, sized ? OptionalLong.of(channel.size()) : OptionalLong.empty());
        } catch (AccessDeniedException e) {
            throw new CaptureException(
                    Kind.NOT_PERMITTED, name + ": is not readable for this user", "", "check the mode of the file");
        } catch (NoSuchFileException e) {
            throw failure(Kind.MISSING, name, "does not exist");
        } catch (FileSystemException e) {
            throw failure(Kind.MISSING, name, String.valueOf(e.getReason()));
        }
    }

    /** Returns a capture file that comes through standard input. {@link #close} closes standard input. */
    public static CaptureFile ofStandardInput() {
        @SuppressWarnings("resource") // closing the channel closes the stream
        ReadableByteChannel input = new FileInputStream(FileDescriptor.in).getChannel();
        return new CaptureFile("standard input", input, OptionalLong.empty());
    }

    @Override
    public void run(Sink sink) throws IOException {
        if (closed) {
            return;
        }
        long until = Long.MIN_VALUE;
        try (BufferedInput packed = new BufferedInput(new Counted(sink));
                BufferedInput in = GzipChannel.unpacks(packed) ? new BufferedInput(new GzipChannel(packed)) : packed) {
            PacketReader reader = reader(in);
            PacketHandler handler = (link, time, bytes, offset, length) -> {
                received.setOpaque(received.getPlain() + 1);
                Segment segment = decoder.decode(link, time, bytes, offset, length);
                if (segment != null) {
                    sink.accept(segment);
                }
            };
            while (!closed && reader.next(handler)) {
                // next() has done the work
            }
            until = Long.MAX_VALUE;
        } catch (IOException e) {
            if (!closed) { // else close() took the file away
                throw e instanceof CaptureException known ? failure(known.kind(), name, known.failure()) : e;
            }
            until = Long.MAX_VALUE;
        } finally {
            sink.idle(until);
        }
    }

    private static PacketReader reader(BufferedInput in) throws IOException {
        if (!in.has(1)) {
            throw new CaptureException(Kind.DAMAGED, "is empty");
        }
        in.demand(4, "the first bytes, which show its format");
        in.bigEndian(true);
        int magic = (int) in.u32(0);
        Optional<PacketReader> reader = PcapReader.of(magic, in).or(() -> PcapngReader.of(magic, in));
        return reader.orElseThrow(() -> new CaptureException(
                Kind.DAMAGED,
                "is no capture file: it begins with " + HexFormat.of().toHexDigits(magic)
                        + ", not like pcap or pcapng"));
    }

    private static CaptureException failure(Kind kind, String name, String reason) {
        return new CaptureException(kind, name + ": " + reason);
    }

    @Override
    public Statistics statistics() {
        return new Statistics(received.get(), 0, 0, decoder.undecodable());
    }

    /** Returns the bytes of the file that were read so far, before unpacking. May be called from any thread. */
    public long bytesRead() {
        return bytesRead.get();
    }

    /** Returns the size of the file in bytes, before unpacking; empty if it has none, like a pipe. */
    public OptionalLong size() {
        return size;
    }

    @Override
    public void close() {
        closed = true;
        try {
            // The thread of the run unpacks, and closes the unpacker.
            file.close();
        } catch (IOException e) {
            // Nothing was written to the file.
        }
    }

    /** The file as one run reads it. A pipe may have nothing to read for long, so the sink is idle before each read. */
    private final class Counted implements ReadableByteChannel {
        private final Sink sink;

        Counted(Sink sink) {
            this.sink = sink;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            sink.idle(Long.MIN_VALUE);
            int read = file.read(to);
            bytesRead.addAndGet(Math.max(0, read));
            return read;
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
