package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.Bytes;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pcapng files for tests, block by block. */
public final class PcapngWriter {
    private final Bytes bytes;
    private final ByteOrder order;

    public PcapngWriter(ByteOrder order) {
        this.order = order;
        bytes = new Bytes(order);
    }

    public Bytes body() {
        return new Bytes(order);
    }

    /** Adds a block, whatever its type and body. */
    public PcapngWriter block(int type, Bytes body) {
        byte[] content = body.pad(4).done();
        bytes.u32(type).u32(content.length + 12).add(content).u32(content.length + 12);
        return this;
    }

    public PcapngWriter section() {
        Bytes body = body().u32(0x1a2b3c4d).u16(1).u16(0).u64(-1);
        option(body, 4, "a test".getBytes(StandardCharsets.US_ASCII));
        return block(0x0a0d0d0a, body.u32(0));
    }

    /** An interface that says nothing of its time: microseconds. */
    public PcapngWriter device(int link) {
        return block(1, body().u16(link).u16(0).u32(0));
    }

    /**
     * Writes an interface block.
     *
     * @param unit the time unit's code: an exponent of 10, or of 2 with the highest bit set
     */
    public PcapngWriter device(int link, int unit, long offset) {
        Bytes body = body().u16(link).u16(0).u32(0);
        option(body, 2, "eth0".getBytes(StandardCharsets.US_ASCII));
        option(body, 9, new byte[] {(byte) unit});
        option(body, 14, body().u64(offset).done());
        return block(1, body.u32(0));
    }

    public PcapngWriter packet(int device, long units, byte[] frame) {
        Bytes body = body().u32(device)
                .u32(units >>> 32)
                .u32(units)
                .u32(frame.length)
                .u32(frame.length + 7);
        body.add(frame).pad(4);
        option(body, 1, "a comment".getBytes(StandardCharsets.US_ASCII));
        return block(6, body.u32(0));
    }

    public PcapngWriter simplePacket(long originalLength, byte[] frame) {
        return block(3, body().u32(originalLength).add(frame));
    }

    public PcapngWriter oldPacket(int device, long units, byte[] frame) {
        return block(
                2,
                body().u16(device)
                        .u16(3)
                        .u32(units >>> 32)
                        .u32(units)
                        .u32(frame.length)
                        .u32(frame.length)
                        .add(frame));
    }

    static void option(Bytes body, int code, byte[] value) {
        body.u16(code).u16(value.length).add(value).pad(4);
    }

    /** Adds what another writer wrote. */
    PcapngWriter then(PcapngWriter other) {
        bytes.add(other.done());
        return this;
    }

    int size() {
        return bytes.size();
    }

    public byte[] done() {
        return bytes.done();
    }
}
