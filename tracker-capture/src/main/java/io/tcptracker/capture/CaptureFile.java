package io.tcptracker.capture;

import io.tcptracker.capture.decode.SegmentDecoder;
import io.tcptracker.capture.file.BufferedInput;
import io.tcptracker.capture.file.GzipChannel;
import io.tcptracker.capture.file.PacketReader;
import io.tcptracker.capture.file.PcapReader;
import io.tcptracker.capture.file.PcapngReader;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A capture file in the pcap or pcapng format, packed with gzip or not; or a pipe through which one comes, whose packets
 * are delivered as they come. The format is told by what it begins with, not by its name. Needs no library and no privilege.
 *
 * <p>Delivers connection attempts, what answers them and probes alone, as live capture does, where the kernel's filter keeps
 * out what goes back and forth within connections. In a file most packets are that: no object is made for any of them.
 *
 * <p>A damaged file delivers what comes before the damage; the run then ends with a {@link CaptureException} that says
 * where. Only what ends otherwise, or is closed, tells that no more will come; before, it can't tell what is missing.
 */
public final class CaptureFile implements PacketSource {
    private final String name;
    private final Counted file;
    private final OptionalLong size;
    private final SegmentDecoder decoder = new SegmentDecoder();
    private final AtomicLong received = new AtomicLong(); // one thread counts: no need for the atomic operations
    private volatile boolean closed;

    private CaptureFile(String name, ReadableByteChannel file, OptionalLong size) {
        this.name = name;
        this.file = new Counted(file);
        this.size = size;
    }

    /**
     * Opens a file to be read from its beginning. Of a pipe that has a name, it waits for somebody to write to it.
     *
     * @throws CaptureException if there is none or it can't be read
     */
    public static CaptureFile open(Path file) throws IOException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw unreadable(name, "is a directory");
        }
        try {
            FileChannel channel = FileChannel.open(file);
            boolean sized = Files.isRegularFile(file);
            return new CaptureFile(name, channel, sized ? OptionalLong.of(channel.size()) : OptionalLong.empty());
        } catch (NoSuchFileException e) {
            throw unreadable(name, "does not exist");
        } catch (AccessDeniedException e) {
            throw unreadable(name, "may not be read by this user");
        }
    }

    /** What comes through standard input, which {@link #close} closes. */
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
        try (BufferedInput packed = new BufferedInput(file);
                BufferedInput in = GzipChannel.unpacks(packed) ? new BufferedInput(new GzipChannel(packed)) : packed) {
            PacketReader reader = reader(in);
            PacketReader.Packets packets = (link, time, bytes, offset, length) -> {
                received.setOpaque(received.getPlain() + 1);
                Segment segment = decoder.decode(link, time, bytes, offset, length);
                if (segment != null) {
                    sink.accept(segment);
                }
            };
            file.beforeRead = () -> sink.idle(Long.MIN_VALUE);
            while (!closed && reader.next(packets)) {
                // next() has done the work
            }
            until = Long.MAX_VALUE;
        } catch (IOException e) {
            if (!closed) { // else close() took the file away
                throw e instanceof CaptureException ? unreadable(name, String.valueOf(e.getMessage())) : e;
            }
            until = Long.MAX_VALUE;
        } finally {
            sink.idle(until);
        }
    }

    private static PacketReader reader(BufferedInput in) throws IOException {
        if (!in.has(1)) {
            throw new CaptureException(CaptureException.Kind.DAMAGED, "is empty");
        }
        in.demand(4, "the first bytes, which would tell its format");
        in.bigEndian(true);
        int magic = (int) in.u32(0);
        Optional<PacketReader> reader = PcapReader.of(magic, in).or(() -> PcapngReader.of(magic, in));
        return reader.orElseThrow(() -> new CaptureException(
                CaptureException.Kind.DAMAGED,
                "is no capture file: it begins with " + HexFormat.of().toHexDigits(magic)
                        + ", not like pcap or pcapng"));
    }

    private static CaptureException unreadable(String name, String why) {
        return new CaptureException(CaptureException.Kind.DAMAGED, name + ": " + why);
    }

    @Override
    public Statistics statistics() {
        return new Statistics(received.get(), 0, 0, decoder.undecodable());
    }

    /** How many bytes of the file, packed as it may be, were read so far. May be called from any thread. */
    public long bytesRead() {
        return file.count.get();
    }

    /** How many bytes the file has, packed as it may be; empty if it is none that has a size. */
    public OptionalLong size() {
        return size;
    }

    @Override
    public void close() {
        closed = true;
        try {
            // The run unpacks on its own thread, and closes what it unpacks with.
            file.close();
        } catch (IOException e) {
            // It was only read from.
        }
    }

    private static final class Counted implements ReadableByteChannel {
        private final ReadableByteChannel channel;
        private final AtomicLong count = new AtomicLong();
        /** A pipe may have nothing to read for long. */
        private Runnable beforeRead = () -> {};

        Counted(ReadableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            beforeRead.run();
            int read = channel.read(to);
            count.addAndGet(Math.max(0, read));
            return read;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
