package io.tcptracker.capture;

import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.file.PacketReader;
import io.tcptracker.capture.live.RingBlocks;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A flood that nobody sent, which takes the same way as one on a device does, from the ring on. Java compiles what runs
 * often; a real flood should not have to wait for that, as packets are lost meanwhile.
 *
 * <p>Half of its packets come from new sources; of the others each source tries a few ports, and becomes a scanner. Some of
 * the former are answers, and some of all have options: what was never seen while Java compiled would have it begin anew. It
 * can be run again, with other scanners.
 */
public final class SyntheticFlood implements PacketSource {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int PACKET_BYTES = 160;
    private static final int FRAME_AT = 80;
    private static final int FRAME_BYTES = 74;
    private static final int FIRST = 48;
    /** 10.0.0.0: of hosts that there could be, else nobody would be banned. */
    private static final int SCANNERS = 0x0a000000;

    /**
     * So many blocks have one scanner, as what is compiled for a flood is the faster the fewer it was seen to bring. Those
     * after them have many, so that their bans are compiled as well.
     */
    private static final int CALM = 500;

    private static final int MANY = 10;

    private static final int PACKETS = (BLOCK_BYTES - FIRST) / PACKET_BYTES;

    private final LiveDecoder reception = new LiveDecoder();
    private final ByteBuffer memory = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private final SplittableRandom random = new SplittableRandom();
    private final int blocks;
    private int written;
    private volatile boolean closed;

    /** @param packets how many there are, about */
    public SyntheticFlood(int packets) {
        blocks = packets / PACKETS;
        RingBlocks.Layout.block(memory.order(ByteOrder.nativeOrder()), PACKETS, FIRST);
    }

    @Override
    public void run(Sink sink) {
        PacketReader.Packets packets = reception.into(sink);
        RingBlocks ring = new RingBlocks(memory, BLOCK_BYTES, LinkType.ETHERNET, true);
        for (int block = 0; block < blocks && !closed; block++) {
            write(written++);
            ring.deliver(0, packets);
            packets.idle(TimeUnit.SECONDS.toNanos(written - 1)); // as its packets are stamped
        }
    }

    private void write(int block) {
        int scanners = block < CALM ? 1 : MANY;
        for (int i = 0; i < PACKETS; i++) {
            int at = FIRST + i * PACKET_BYTES;
            RingBlocks.Layout.packet(
                    memory.order(ByteOrder.nativeOrder()), at, PACKET_BYTES, block, i, FRAME_AT, FRAME_BYTES);
            memory.order(ByteOrder.BIG_ENDIAN);
            boolean v6 = i % 8 == 0;
            int source = i % 2 == 0 ? random.nextInt() : SCANNERS + block * MANY + i / 2 % scanners;
            int tcp = at + FRAME_AT + (v6 ? ipv6(at + FRAME_AT, source) : ipv4(at + FRAME_AT, source));
            memory.putInt(tcp, 40_000 << 16 | i / 2 / scanners % 5);
            memory.put(tcp + 12, (byte) (i % 3 == 0 ? 0xa0 : 0x50)).put(tcp + 13, (byte) flags(i));
        }
    }

    private static int flags(int packet) {
        return switch (packet % 16) {
            case 2 -> Segment.RST | Segment.ACK;
            case 6 -> Segment.SYN | Segment.ACK;
            default -> Segment.SYN;
        };
    }

    private int ipv4(int at, int source) {
        memory.putShort(at + 12, (short) 0x0800);
        memory.putInt(at + 14, 0x45000028).putInt(at + 18, 0).putInt(at + 22, 0x40060000);
        memory.putInt(at + 26, source).putInt(at + 30, 0xc6336401);
        return 34;
    }

    private int ipv6(int at, int source) {
        memory.putShort(at + 12, (short) 0x86dd);
        memory.putInt(at + 14, 0x60000000).putInt(at + 18, 20 << 16 | 6 << 8 | 64);
        // Each in a /64 of its own, else all would be one scanner.
        memory.putInt(at + 22, 0x20010db8)
                .putInt(at + 26, source)
                .putInt(at + 30, 0)
                .putInt(at + 34, 1);
        memory.putInt(at + 38, 0x20010db8).putInt(at + 42, 0).putInt(at + 46, 0).putInt(at + 50, 1);
        return 54;
    }

    @Override
    public Statistics statistics() {
        return new Statistics(reception.received(), 0, 0, reception.undecodable());
    }

    @Override
    public void close() {
        closed = true;
    }
}
