package io.tcptracker.capture.live;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.tcptracker.capture.decode.LinkType;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * The resources of a ring: a socket that is bound to a device, its memory that is shared with the kernel, and a bell. The bell is an eventfd(2) that wakes a thread that waits for packets.
 *
 * <p>Not threadsafe.
 */
final class MappedRing implements AutoCloseable {
    /**
     * The time after which the kernel hands over a block with few packets. The timer runs on an idle link too, 1000 times a
     * second, without waking this process. Before Linux 6.18 it is as coarse as the kernel's tick, up to 4 ms.
     */
    private static final int HANDOVER_MILLIS = 1;
    /**
     * The size of a block. It is small, since a block is handed over each millisecond even if it holds one packet. The
     * more blocks there are, the longer may the reader be delayed. 512 blocks last for half a second of a slow flow, and hold
     * 200,000 SYNs of a flood.
     */
    private static final int BLOCK_BYTES = 64 * 1024;

    private static final int FEWEST_BLOCKS = 2;
    private static final int LARGEST_BYTES = 1 << 30; // so that no sum of offsets overflows
    private static final int LOOPBACK = 772; // ARPHRD_LOOPBACK, linux/if_arp.h
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    private final PacketSocket socket;
    private final int bell;
    private final Pointer memory;
    private final long bytes;
    private final RingBlocks blocks;

    private MappedRing(PacketSocket socket, int bell, Pointer memory, long bytes, RingBlocks blocks) {
        this.socket = socket;
        this.bell = bell;
        this.memory = memory;
        this.bytes = bytes;
        this.blocks = blocks;
    }

    /**
     * Opens a device. From here on packets come in.
     *
     * @throws CaptureException if libpcap would fail as well
     * @throws RingUnavailableException if libpcap may succeed
     */
    static MappedRing open(String device, Optional<String> extraFilter, int bufferBytes)
            throws CaptureException, RingUnavailableException {
        if (device.equals(OpenDevice.ALL_DEVICES)) {
            throw new RingUnavailableException("a ring sees one device, not all");
        }
        if (Native.POINTER_SIZE != Long.BYTES) {
            throw new RingUnavailableException("a ring needs a system of 64 bits");
        }
        PacketSocket socket = PacketSocket.open(device);
        try {
            int hardware = socket.hardware();
            LinkType link = link(device, hardware);
            if (!socket.isUp()) {
                throw CaptureErrors.down(device);
            }
            try (KernelFilter filter = KernelFilter.compile(link, extraFilter, LibpcapDevice.SNAPLEN)) {
                socket.attach(filter);
            }
            int count = Math.max(FEWEST_BLOCKS, Math.min(bufferBytes, LARGEST_BYTES) / BLOCK_BYTES);
            socket.makeRing(count, BLOCK_BYTES, HANDOVER_MILLIS);
            return map(socket, (long) count * BLOCK_BYTES, link, hardware == LOOPBACK);
        } catch (CaptureException | RingUnavailableException | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }

    private static MappedRing map(PacketSocket socket, long bytes, LinkType link, boolean loopback)
            throws RingUnavailableException {
        int bell = Libc.eventfd(0, EFD_CLOEXEC_NONBLOCK);
        if (bell < 0) {
            throw new RingUnavailableException("no descriptor for a bell: " + Libc.strerror(Libc.error()));
        }
        try {
            Pointer memory = socket.map(bytes);
            try {
                // Each packet that the host sends to itself passes twice.
                RingBlocks blocks = new RingBlocks(memory.getByteBuffer(0, bytes), BLOCK_BYTES, link, !loopback);
                socket.bind();
                return new MappedRing(socket, bell, memory, bytes, blocks);
            } catch (RingUnavailableException | RuntimeException | Error e) {
                Libc.munmap(memory, bytes);
                throw e;
            }
        } catch (RingUnavailableException | RuntimeException | Error e) {
            Libc.close(bell);
            throw e;
        }
    }

    /** Returns the link type of a kind of device (linux/if_arp.h), where it is certain. */
    private static LinkType link(String device, int hardware) throws RingUnavailableException {
        // The port of a switch, whose frames begin with the switch's own tags.
        if (Files.exists(OpenDevice.SYSFS.resolve(device).resolve("dsa"))) {
            throw new RingUnavailableException("switch tags are left to libpcap");
        }
        return switch (hardware) {
            case 1, LOOPBACK -> LinkType.ETHERNET;
            case 519, 0xfffe -> LinkType.RAW; // ARPHRD_RAWIP; ARPHRD_NONE, as of tun and WireGuard
            default -> throw new RingUnavailableException("devices of type " + hardware + " are left to libpcap");
        };
    }

    PacketSocket socket() {
        return socket;
    }

    /** Returns the descriptor of the bell. */
    int bell() {
        return bell;
    }

    /** Returns the blocks. They must not be used after {@link #close}, which unmaps their memory. */
    RingBlocks blocks() {
        return blocks;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        Libc.munmap(memory, bytes);
        socket.close();
        Libc.close(bell);
    }
}
