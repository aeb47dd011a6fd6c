package io.tcptracker.capture.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.capture.decode.Frames;
import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.capture.decode.SegmentDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RingBlocksTest {
    private static final int BLOCK = 4_096;
    private static final int INCOMING = 0;
    private static final int OUTGOING = 4;
    private static final byte[] SYN = Frames.ethernet4(Frames.ipv4(Frames.TCP, Frames.tcp(Frames.SYN)));

    private final ByteBuffer memory = ByteBuffer.allocateDirect(3 * BLOCK).order(ByteOrder.nativeOrder());
    private final RingBlocks blocks = new RingBlocks(memory, BLOCK, LinkType.ETHERNET, true);

    @Test
    void aBlockIsOursUntilItIsGivenBack() {
        assertEquals(3, blocks.count());
        assertFalse(blocks.isReady(1));
        write(1, 1, INCOMING);
        assertTrue(blocks.isReady(1));
        assertFalse(blocks.isReady(0) || blocks.isReady(2));
        blocks.giveBack(1);
        assertFalse(blocks.isReady(1));
    }

    @Test
    void eachPacketIsDeliveredWithItsTime() {
        write(2, 3, INCOMING);
        List<String> seen = new ArrayList<>();
        int unreadable = blocks.deliver(2, (link, time, bytes, offset, length) -> {
            byte[] frame = new byte[length];
            bytes.get(offset, frame);
            assertEquals(Frames.hex(SYN), Frames.hex(frame));
            seen.add(link + " " + time);
        });
        assertEquals(0, unreadable);
        // The seconds are a number without sign: they go on beyond 2038.
        assertEquals(
                List.of("ETHERNET 4000000000000000000", "ETHERNET 4000000000000000001", "ETHERNET 4000000000000000002"),
                seen);
    }

    @Test
    void outgoingPacketsAreLeftOutWhereTheyPassTwice() {
        RingBlocks loopback = new RingBlocks(memory, BLOCK, LinkType.ETHERNET, false);
        write(0, 2, OUTGOING);
        assertEquals(0, count(loopback, 0));
        assertEquals(2, count(blocks, 0));
        write(0, 2, INCOMING);
        assertEquals(2, count(loopback, 0));
    }

    @Test
    void anEmptyBlockHoldsNothing() {
        write(0, 0, INCOMING);
        assertEquals(0, count(blocks, 0));
    }

    /** Each of these would lead out of the block, or round and round in it. */
    @Test
    void aBlockThatContradictsItselfIsReadUpToThere() {
        int first = 48;
        int second = first + 144;
        for (int[] wrong : new int[][] {
            {12, -1, 4, BLOCK / 68 - 4}, // count
            {12, 5, 4, 1},
            {16, BLOCK, 0, 4}, // first packet
            {16, -1, 0, 4},
            {16, 0, 0, 4},
            {second, 0, 2, 2}, // next packet
            {second, 47, 2, 2},
            {second, BLOCK, 2, 2},
            {second, -144, 2, 2},
            {second + 12, BLOCK, 1, 3}, // length
            {second + 12, -1, 1, 3},
        }) {
            write(1, 4, INCOMING);
            memory.putInt(BLOCK + wrong[0], wrong[1]);
            int[] delivered = new int[1];
            int unreadable = blocks.deliver(1, (link, time, bytes, offset, length) -> delivered[0]++);
            String what = wrong[1] + " at " + wrong[0];
            assertEquals(wrong[2], delivered[0], what);
            assertEquals(wrong[3], unreadable, what);
        }
        for (int frame : new int[] {0, 67, 0xffff, BLOCK - 144}) {
            write(1, 4, INCOMING);
            memory.putShort(BLOCK + second + 24, (short) frame);
            assertEquals(3, blocks.deliver(1, (link, time, bytes, offset, length) -> {}), "frame at " + frame);
        }
    }

    @Test
    @Timeout(60)
    void noBlockLeadsAstray() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        SegmentDecoder decoder = new SegmentDecoder();
        long[] seen = new long[2];
        byte[] noise = new byte[BLOCK];
        for (int i = 0; i < 1_000_000; i++) {
            int block = i % 3;
            if (i % 8 == 0) {
                random.nextBytes(noise);
                memory.put(block * BLOCK, noise);
            } else {
                write(block, random.nextInt(24), random.nextInt(8));
            }
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                spoil(block * BLOCK, random);
            }
            int start = block * BLOCK;
            try {
                int unreadable = blocks.deliver(block, (link, time, bytes, offset, length) -> {
                    assertTrue(offset >= start + 48 && length >= 0 && offset + length <= start + BLOCK);
                    decoder.decode(link, time, bytes, offset, length);
                    seen[0]++;
                });
                assertTrue(unreadable >= 0 && unreadable <= BLOCK / 68);
                seen[1] += Math.min(1, unreadable);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", block " + i, e);
            }
        }
        assertTrue(
                seen[0] > 1_000_000 && seen[1] > 100_000,
                "few were sound or few were not: " + List.of(seen[0], seen[1]));
    }

    private void spoil(int start, Random random) {
        int packet = 48 + 144 * random.nextInt(24);
        int[] fields = {8, 12, 16, packet, packet + 12, packet + 24, packet + 58};
        int at = start + (random.nextBoolean() ? fields[random.nextInt(fields.length)] : random.nextInt(BLOCK - 4));
        int[] values = {random.nextInt(), random.nextInt(BLOCK), random.nextInt(256), 0, -1, 1, Integer.MIN_VALUE};
        memory.putInt(at, values[random.nextInt(values.length)]);
    }

    private static int count(RingBlocks blocks, int block) {
        int[] count = new int[1];
        assertEquals(0, blocks.deliver(block, (link, time, bytes, offset, length) -> count[0]++));
        return count[0];
    }

    /** A block as the kernel writes it, with so many SYNs. */
    private void write(int block, int packets, int direction) {
        int start = block * BLOCK;
        memory.putInt(start + 8, 1).putInt(start + 12, packets).putInt(start + 16, 48);
        int at = start + 48;
        for (int i = 0; i < packets; i++) {
            memory.putInt(at, i == packets - 1 ? 0 : 144)
                    .putInt(at + 4, (int) 4_000_000_000L)
                    .putInt(at + 8, i)
                    .putInt(at + 12, SYN.length)
                    .putInt(at + 16, SYN.length)
                    .putShort(at + 24, (short) 82)
                    .put(at + 58, (byte) direction)
                    .put(at + 82, SYN);
            at += 144;
        }
    }
}
