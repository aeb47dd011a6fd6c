package io.tcptracker.capture.live;

import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.PacketHandler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory that is shared with the kernel: blocks of packets in the layout of the kernel's packet_mmap documentation and
 * linux/if_packet.h (TPACKET_V3). The status word of a block tells which side owns it. Each offset in a block is checked
 * before use, as in data from an attacker. Nothing outside of a block is read, and each step goes forward.
 *
 * <p>The VLAN tag that the kernel takes off a frame is not put back. The frame then looks as if it had no tag.
 *
 * <p>Not threadsafe.
 */
public final class RingBlocks {
    private static final VarHandle STATUS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final int KERNEL = 0;
    private static final int USER = 1;
    private static final long NANOS = 1_000_000_000;

    // struct tpacket_block_desc
    private static final int STATUS_AT = 8;
    private static final int COUNT_AT = 12;
    private static final int FIRST_AT = 16;
    private static final int BLOCK_HEADER = 48;

    // struct tpacket3_hdr, and the struct sockaddr_ll that follows it
    private static final int NEXT_AT = 0;
    private static final int SECONDS_AT = 4;
    private static final int NANOS_AT = 8;
    private static final int LENGTH_AT = 12;
    private static final int FRAME_AT = 24;
    private static final int DIRECTION_AT = 48 + 10;
    private static final int PACKET_HEADER = 48 + 20;
    private static final int OUTGOING = 4;

    private final ByteBuffer headers;
    private final ByteBuffer frames;
    private final int blockBytes;
    private final LinkType link;
    private final boolean outgoing;

    /**
     * Wraps blocks that lie one after the other.
     *
     * @param outgoing true to deliver packets that the host sends
     */
    public RingBlocks(ByteBuffer memory, int blockBytes, LinkType link, boolean outgoing) {
        headers = memory.duplicate().order(ByteOrder.nativeOrder());
        frames = memory.duplicate().order(ByteOrder.BIG_ENDIAN);
        this.blockBytes = blockBytes;
        this.link = link;
        this.outgoing = outgoing;
    }

    int count() {
        return headers.capacity() / blockBytes;
    }

    /** Returns whether the kernel has handed this block over. If so, all that the kernel wrote before is visible. */
    boolean isReady(int block) {
        return ((int) STATUS.getAcquire(headers, block * blockBytes + STATUS_AT) & USER) != 0;
    }

    /** Returns the number of packets in a block that is ready, at most as many as fit. */
    int packets(int block) {
        int most = blockBytes / PACKET_HEADER;
        int count = headers.getInt(block * blockBytes + COUNT_AT);
        return count < 0 || count > most ? most : count;
    }

    /** Hands the block back to the kernel. All reads of the block come before. */
    void giveBack(int block) {
        STATUS.setRelease(headers, block * blockBytes + STATUS_AT, KERNEL);
    }

    /**
     * Delivers the packets of a block that is ready.
     *
     * @return the number of packets that can't be found, because the block contradicts itself; 0 with a sound kernel
     */
    public int deliver(int block, PacketHandler handler) {
        int start = block * blockBytes;
        int end = start + blockBytes;
        int left = packets(block);
        long at = start + u32(start + FIRST_AT);
        while (left != 0) {
            if (at < start + BLOCK_HEADER || at + PACKET_HEADER > end) {
                break;
            }
            int packet = (int) at;
            long frame = at + Short.toUnsignedInt(headers.getShort(packet + FRAME_AT));
            long length = u32(packet + LENGTH_AT);
            if (frame < at + PACKET_HEADER || frame + length > end) {
                break;
            }
            if (outgoing || headers.get(packet + DIRECTION_AT) != OUTGOING) {
                long time = u32(packet + SECONDS_AT) * NANOS + u32(packet + NANOS_AT);
                handler.packet(link, time, frames, (int) frame, (int) length);
            }
            left--;
            long next = u32(packet + NEXT_AT);
            if (next < PACKET_HEADER) {
                break; // the last packet has 0
            }
            at += next;
        }
        return left;
    }

    /** The writer of blocks in the kernel's layout, for synthetic traffic. */
    public static final class Layout {
        private Layout() {}

        /** Writes the header of a block. */
        public static void block(ByteBuffer memory, int packets, int firstAt) {
            memory.putInt(STATUS_AT, USER).putInt(COUNT_AT, packets).putInt(FIRST_AT, firstAt);
        }

        /** Writes the header of a packet. */
        public static void packet(
                ByteBuffer memory, int at, int next, int seconds, int nanos, int frameAt, int length) {
            memory.putInt(at + NEXT_AT, next)
                    .putInt(at + SECONDS_AT, seconds)
                    .putInt(at + NANOS_AT, nanos)
                    .putInt(at + LENGTH_AT, length)
                    .putShort(at + FRAME_AT, (short) frameAt);
        }
    }

    private long u32(int at) {
        return Integer.toUnsignedLong(headers.getInt(at));
    }
}
