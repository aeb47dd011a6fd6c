package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.Bytes;
import java.nio.ByteOrder;

/** Writes pcap files for tests. */
public final class PcapWriter {
    public static final int MICROS = 0xa1b2c3d4;
    public static final int NANOS = 0xa1b23c4d;
    public static final int MODIFIED = 0xa1b2cd34;

    private final Bytes bytes;
    private final int magic;

    /** @param link with what else its field holds */
    public PcapWriter(ByteOrder order, int magic, int link) {
        this.magic = magic;
        bytes = new Bytes(order)
                .u32(magic)
                .u16(2)
                .u16(4)
                .u32(0)
                .u32(0)
                .u32(65_535)
                .u32(link);
    }

    /** Adds a packet at a time in nanoseconds. */
    public PcapWriter packet(long time, byte[] frame) {
        long rest = time % 1_000_000_000;
        return packet(time / 1_000_000_000, magic == NANOS ? rest : rest / 1_000, frame.length, frame);
    }

    public PcapWriter packet(long seconds, long fraction, long length, byte[] frame) {
        bytes.u32(seconds).u32(fraction).u32(length).u32(frame.length + 7);
        if (magic == MODIFIED) {
            bytes.u32(1).u16(8).u8(0).u8(0);
        }
        bytes.add(frame);
        return this;
    }

    /** How long the file is so far. */
    public int size() {
        return bytes.size();
    }

    public byte[] done() {
        return bytes.done();
    }
}
