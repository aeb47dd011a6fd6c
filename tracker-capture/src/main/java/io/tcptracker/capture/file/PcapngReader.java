package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.PacketHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The reader of the pcapng format (IETF draft-ietf-opsawg-pcapng). A file has any number of sections in either byte order. A
 * section has any number of interfaces, which may differ in link type and time unit.
 *
 * <p>Not threadsafe.
 */
public final class PcapngReader implements PacketReader {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int BLOCK_HEADER = 8;
    private static final int BLOCK_FRAME = 12; // type, length, and the length again after the body
    private static final int MOST_INTERFACES = 65_536;

    private final BufferedInput in;
    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private long lastTime;

    private PcapngReader(BufferedInput in) {
        this.in = in;
    }

    /** Returns a reader if these first four bytes, read in big-endian order, begin such a file. */
    public static Optional<PacketReader> of(int magic, BufferedInput in) {
        return magic == SECTION_HEADER ? Optional.of(new PcapngReader(in)) : Optional.empty();
    }

    @Override
    public boolean next(PacketHandler handler) throws IOException {
        while (in.has(1)) {
            in.demand(BLOCK_FRAME, "a block's header");
            int type = (int) in.u32(0);
            if (type == SECTION_HEADER) {
                int order = (int) in.u32(BLOCK_HEADER);
                if (order != BYTE_ORDER_MAGIC && order != Integer.reverseBytes(BYTE_ORDER_MAGIC)) {
                    throw in.damaged("a section of no known byte order");
                }
                in.bigEndian(in.u8(BLOCK_HEADER) == BYTE_ORDER_MAGIC >>> 24);
                interfaces.clear();
            }
            long length = in.u32(4);
            if (length < BLOCK_FRAME || length % 4 != 0) {
                throw in.damaged("a block of " + length + " bytes, which is less than its frame or no multiple of 4");
            }
            if (!isRead(type)) {
                in.skip(length, "a block");
                continue;
            }
            if (length > BufferedInput.LARGEST) {
                throw in.damaged("a block of " + length + " bytes, more than " + BufferedInput.LARGEST);
            }
            in.demand((int) length, "a block");
            if (in.u32((int) length - 4) != length) {
                throw in.damaged("a block that begins with a length of " + length + " and ends with another");
            }
            boolean packet = read(type, (int) length - BLOCK_FRAME, handler);
            in.take((int) length);
            if (packet) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRead(int type) {
        return switch (type) {
            case SECTION_HEADER, INTERFACE_DESCRIPTION, OLD_PACKET, SIMPLE_PACKET, ENHANCED_PACKET -> true;
            default -> false;
        };
    }

    /** Reads the block that begins here, whose body has this length. Returns whether the block held a packet. */
    private boolean read(int type, int length, PacketHandler handler) throws IOException {
        switch (type) {
            case INTERFACE_DESCRIPTION -> {
                if (interfaces.size() == MOST_INTERFACES) {
                    throw in.damaged("more than " + MOST_INTERFACES + " interfaces");
                }
                interfaces.add(PcapngInterface.read(in, BLOCK_HEADER, length));
                return false;
            }
            case ENHANCED_PACKET -> {
                require(length, 20);
                PcapngInterface from = captured(in.u32(8));
                packet(handler, from, time(from), in.u32(20), 20, length);
                return true;
            }
            case OLD_PACKET -> {
                require(length, 20);
                PcapngInterface from = captured(in.u16(8));
                packet(handler, from, time(from), in.u32(20), 20, length);
                return true;
            }
            case SIMPLE_PACKET -> {
                require(length, 4);
                PcapngInterface from = captured(0);
                long captured = Math.min(Math.min(in.u32(8), from.snaplen()), length - 4);
                // The block has no time. The time of the packet before is the best guess.
                packet(handler, from, lastTime, captured, 4, length);
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private void require(int length, int atLeast) throws IOException {
        if (length < atLeast) {
            throw in.damaged("a packet block of " + length + " bytes, less than " + atLeast);
        }
    }

    private PcapngInterface captured(long number) throws IOException {
        if (number >= interfaces.size()) {
            throw in.damaged("a packet of interface " + number + ", which the file doesn't describe");
        }
        return interfaces.get((int) number);
    }

    private long time(PcapngInterface from) {
        return from.nanos(in.u32(12) << 32 | in.u32(16));
    }

    private void packet(PacketHandler handler, PcapngInterface from, long time, long captured, int before, int length)
            throws IOException {
        if (captured > length - before || captured > LONGEST_PACKET) {
            throw in.damaged("a packet of " + captured + " bytes in a block of " + length);
        }
        lastTime = time;
        handler.packet(from.link(), time, in.buffer(), in.offset() + BLOCK_HEADER + before, (int) captured);
    }
}
