package io.tcptracker.capture;

import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.PacketHandler;
import io.tcptracker.capture.live.RingBlocks;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A synthetic flood that takes the same path as a flood on a device, from the ring on. Java compiles code that runs often.
 * A real flood should not have to wait for the compiler, since packets are lost meanwhile.
 *
 * <p>Half of its packets come from new sources. Each other source tries a few ports and becomes a scanner. Some of the
 * former packets are answers, and some of all have options. Java would compile again for a kind of packet that is new to it.
 * The flood can run again, with other scanners.
 *
 * <p>Not threadsafe, except {@link #close} and {@link #statistics}.
 */
public final class SyntheticFlood implements PacketSource {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int PACKET_BYTES = 160;
    private static final int FRAME_AT = 80;
    private static final int FRAME_BYTES = 74;
    private static final int FIRST = 48;
    /** 10.0.0.0, since sources with impossible addresses are not banned. */
    private static final int SCANNERS = 0x0a000000;

    /**
     * The number of blocks with one scanner each. The compiled code is faster for a flood if it has seen few scanners. The
     * blocks after these have many scanners, so that the code of bans is compiled as well.
     */
    private static final int BLOCKS_OF_ONE_SCANNER = 500;

    private static final int MANY_SCANNERS = 10;

    private static final int PACKETS = (BLOCK_BYTES - FIRST) / PACKET_BYTES;

    private final LiveDecoder decoder = new LiveDecoder();
    private final ByteBuffer memory = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private final SplittableRandom random = new SplittableRandom();
    private final int blocks;
    private int written;
    private volatile boolean closed;

    /** @param packets the approximate number of packets */
    public SyntheticFlood(int packets) {
        blocks = packets / PACKETS;
        RingBlocks.Layout.block(memory.order(ByteOrder.nativeOrder()), PACKETS, FIRST);
    }

    @Override
    public void run(Sink sink) {
        PacketHandler handler = decoder.into(sink);
        RingBlocks ring = new RingBlocks(memory, BLOCK_BYTES, LinkType.ETHERNET, true);
        for (int block = 0; block < blocks && !closed; block++) {
            write(written++);
            ring.deliver(0, handler);
            handler.idle(TimeUnit.SECONDS.toNanos(written - 1)); // the stamp of its packets
        }
    }

    private void write(int block) {
        int scanners = block < BLOCKS_OF_ONE_SCANNER ? 1 : MANY_SCANNERS;
        for (int i = 0; i < PACKETS; i++) {
            int at = FIRST + i * PACKET_BYTES;
            RingBlocks.Layout.packet(
                    memory.order(ByteOrder.nativeOrder()), at, PACKET_BYTES, block, i, FRAME_AT, FRAME_BYTES);
            memory.order(ByteOrder.BIG_ENDIAN);
            boolean v6 = i % 8 == 0;
            int source = i % 2 == 0 ? random.nextInt() : SCANNERS + block * MANY_SCANNERS + i / 2 % scanners;
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
        // Each source has its own /64. Else all would be one scanner.
        memory.putInt(at + 22, 0x20010db8)
                .putInt(at + 26, source)
                .putInt(at + 30, 0)
                .putInt(at + 34, 1);
        memory.putInt(at + 38, 0x20010db8).putInt(at + 42, 0).putInt(at + 46, 0).putInt(at + 50, 1);
        return 54;
    }

    @Override
    public Statistics statistics() {
        return new Statistics(decoder.received(), 0, 0, decoder.undecodable());
    }

    @Override
    public void close() {
        closed = true;
    }
}
