package io.tcptracker.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * A generator of a capture file to measure with (pcap, Ethernet, a packet each microsecond), the same in each run. In {@code
 * mix}, 5 packets in 100 are SYNs, as many answer them, and 10 are of UDP. The others have the lengths of the usual mix
 * (IMIX: 7 of 12 packets 54 bytes, 4 of 12 590, 1 of 12 1514). {@code syns} is a flood of SYNs from a new source each. One
 * packet in eight is of IPv6.
 *
 * <p>Run from its source: {@code java Traffic.java mix|syns PACKETS FILE}.
 */
public final class Traffic {
    private static final long START = 1_700_000_000;
    private static final int LONGEST = 1514;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private final SplittableRandom random = new SplittableRandom(20_261_122);
    private final ByteBuffer out = ByteBuffer.allocate(1 << 20);
    private final FileChannel file;

    private Traffic(FileChannel file) {
        this.file = file;
    }

    public static void main(String[] args) throws IOException {
        boolean mix = args[0].equals("mix");
        try (FileChannel file = FileChannel.open(
                Path.of(args[2]),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            new Traffic(file).write(mix, Integer.parseInt(args[1]));
        }
    }

    private void write(boolean mix, int packets) throws IOException {
        out.order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4);
        out.putLong(0).putInt(65_535).putInt(1);
        for (int i = 0; i < packets; i++) {
            if (out.remaining() < LONGEST + 16) {
                flush();
            }
            if (mix) {
                ordinary(i);
            } else {
                // An odd factor: no two sources are the same.
                packet(i, 74, TCP, i * 0x9e3779b1, random.nextInt(1 << 16), SYN);
            }
        }
        flush();
    }

    private void ordinary(int number) {
        int source = random.nextInt(1 << 16);
        int kind = random.nextInt(100);
        int port = kind < 90 ? 443 : 22;
        if (kind < 5) {
            packet(number, 74, TCP, source, port, SYN);
        } else if (kind < 10) {
            packet(number, 74, TCP, source, port, SYN | ACK);
        } else if (kind < 90) {
            int size = random.nextInt(12);
            packet(number, size < 7 ? 54 : size < 11 ? 590 : LONGEST, TCP, source, port, ACK);
        } else {
            packet(number, 100 + random.nextInt(400), UDP, source, 53, 0);
        }
    }

    private void packet(int number, int length, int protocol, int source, int port, int flags) {
        boolean v6 = (number & 7) == 0;
        int captured = v6 ? Math.min(LONGEST, length + 20) : length;
        out.order(ByteOrder.LITTLE_ENDIAN);
        out.putInt((int) (START + number / 1_000_000)).putInt(number % 1_000_000);
        out.putInt(captured).putInt(captured);
        int frame = out.position();
        out.order(ByteOrder.BIG_ENDIAN).putLong(0x0200000000010200L).putInt(2);
        if (v6) {
            out.putShort((short) 0x86dd).putInt(0x60000000).putShort((short) (captured - 54));
            out.put((byte) protocol).put((byte) 64);
            out.putLong(0x20010db800000000L)
                    .putLong(source)
                    .putLong(0x20010db800000000L)
                    .putLong(0x1_0000_0001L);
        } else {
            out.putShort((short) 0x0800).putShort((short) 0x4500).putShort((short) (captured - 14));
            out.putInt(0x4000).put((byte) 64).put((byte) protocol).putShort((short) 0);
            out.putInt(source).putInt(0xc0000201);
        }
        out.putShort((short) (1024 + (number & 0x7fff))).putShort((short) port);
        if (protocol == TCP) {
            int offset = captured - (v6 ? 74 : 54) < 12 ? 5 : 8;
            out.putInt(number).putInt(0).put((byte) (offset << 4)).put((byte) flags);
        }
        // The rest keeps its old content, as no program reads it.
        out.position(frame + captured);
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            file.write(out);
        }
        out.clear();
    }
}
