package io.tcptracker.capture;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.tcptracker.core.PacketSource.CaptureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device captured through memory that is shared with the kernel (the kernel's packet_mmap documentation, TPACKET_V3).
 * Packets are decoded where the kernel wrote them. A call is made only when there are none.
 *
 * <p>The memory is touched and unmapped by the thread that loops; others use the descriptors, under the lock that closing
 * them takes.
 */
final class Ring implements Handle {
    private static final Logger log = LoggerFactory.getLogger(Ring.class);

    /**
     * How long the kernel may keep a lone packet to itself. Its timer runs on an idle link too: 1000 times a second, some
     * 0.1 % of a processor. Before Linux 6.18 it is as coarse as the kernel's tick, up to 4 ms.
     */
    private static final int HANDOVER_MILLIS = 1;
    /**
     * Small, since a block is handed over each millisecond even if one packet is in it: the more there are, the longer
     * may the reader be held up. 512 blocks last for half a second of any trickle, and hold 200,000 SYNs of a flood.
     */
    private static final int BLOCK_BYTES = 64 * 1024;

    private static final int FEWEST_BLOCKS = 2;
    private static final int LARGEST_BYTES = 1 << 30; // so that no sum of offsets overflows
    /** As libpcap is given, for the same reason. */
    private static final int SNAPLEN = Pcap.SNAPLEN;
    /** How often it looks on a silent link: the time since then tells a thread that waits from one that hangs. */
    private static final int LOOK_MILLIS = 250;

    private static final int LOOPBACK = 772; // ARPHRD_LOOPBACK, linux/if_arp.h
    private static final short POLLIN = 1;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    private final String device;
    private final PacketSocket socket;
    private final int bell;
    private final Pointer memory;
    private final long bytes;
    private final RingBlocks blocks;
    private final Memory descriptors = new Memory(16); // two struct pollfd: the socket and the bell

    private int block;
    private boolean wentDown;
    private volatile boolean interrupted;
    private volatile long looked = System.nanoTime();
    private volatile long unreadable;
    private long drops; // guarded by this, as are all below
    private final InterfaceDrops deviceDrops;
    private boolean closed;

    private Ring(String device, PacketSocket socket, int bell, Pointer memory, long bytes, RingBlocks blocks) {
        this.device = device;
        this.socket = socket;
        this.bell = bell;
        this.memory = memory;
        this.bytes = bytes;
        this.blocks = blocks;
        deviceDrops = new InterfaceDrops(device);
        descriptors.clear();
        descriptors.setInt(0, socket.descriptor());
        descriptors.setShort(4, POLLIN);
        descriptors.setInt(8, bell);
        descriptors.setShort(12, POLLIN);
    }

    /**
     * Opens a device.
     *
     * @param bufferBytes how large the ring may be
     * @throws CaptureException if libpcap would fare no better
     * @throws NoRing if it may
     */
    static Ring open(String device, Optional<String> extraFilter, int bufferBytes) throws CaptureException, NoRing {
        if (device.equals(Device.ALL)) {
            throw new NoRing("a ring sees one device, not all");
        }
        try {
            if (Native.POINTER_SIZE != Long.BYTES) {
                throw new NoRing("a ring needs a system of 64 bits");
            }
            return make(device, extraFilter, bufferBytes);
        } catch (LinkageError e) {
            throw Refusals.missingLibrary(e);
        }
    }

    private static Ring make(String device, Optional<String> extraFilter, int bufferBytes)
            throws CaptureException, NoRing {
        PacketSocket socket = PacketSocket.open(device);
        try {
            int hardware = socket.hardware();
            LinkType link = link(device, hardware);
            if (!socket.isUp()) {
                throw Refusals.down(device);
            }
            try (KernelFilter filter = KernelFilter.compile(link, extraFilter, SNAPLEN)) {
                socket.attach(filter);
            }
            int count = Math.max(FEWEST_BLOCKS, Math.min(bufferBytes, LARGEST_BYTES) / BLOCK_BYTES);
            socket.makeRing(count, BLOCK_BYTES, HANDOVER_MILLIS);
            long bytes = (long) count * BLOCK_BYTES;
            Pointer memory = socket.map(bytes);
            int bell = Libc.eventfd(0, EFD_CLOEXEC_NONBLOCK);
            try {
                if (bell < 0) {
                    throw new NoRing("no descriptor is left to end it by");
                }
                socket.bind();
                // What the host sends to itself passes twice.
                RingBlocks blocks =
                        new RingBlocks(memory.getByteBuffer(0, bytes), BLOCK_BYTES, link, hardware != LOOPBACK);
                return new Ring(device, socket, bell, memory, bytes, blocks);
            } catch (NoRing | RuntimeException | Error e) {
                Libc.munmap(memory, bytes);
                if (bell >= 0) {
                    Libc.close(bell);
                }
                throw e;
            }
        } catch (CaptureException | NoRing | RuntimeException | Error e) {
            socket.close();
            throw e;
        }
    }

    /** How frames begin on a kind of device (linux/if_arp.h), where there is no doubt. */
    private static LinkType link(String device, int hardware) throws NoRing {
        // The port of a switch: the switch's own tags come first.
        if (Files.exists(Path.of("/sys/class/net", device, "dsa"))) {
            throw new NoRing("switch tags are left to libpcap");
        }
        return switch (hardware) {
            case 1, LOOPBACK -> LinkType.ETHERNET;
            case 519, 0xfffe -> LinkType.RAW; // ARPHRD_RAWIP; ARPHRD_NONE, as of tun and WireGuard
            default -> throw new NoRing("devices of type " + hardware + " are left to libpcap");
        };
    }

    @Override
    public String loop(PacketReader.Packets packets) {
        while (!interrupted) {
            looked = System.nanoTime();
            if (blocks.isReady(block)) {
                int lost = blocks.deliver(block, packets);
                if (lost > 0) {
                    lost(lost);
                }
                blocks.giveBack(block);
                block = block + 1 == blocks.count() ? 0 : block + 1;
            } else {
                String trouble = await();
                if (!trouble.isEmpty()) {
                    return trouble;
                }
            }
        }
        return INTERRUPTED;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void lost(int packets) {
        if (unreadable == 0) {
            log.warn("a block of the ring on {} contradicts itself; its packets count as dropped", device);
        }
        unreadable += packets;
    }

    /** Waits for a packet or the bell; tells why there will be none any more, if that is so. */
    private String await() {
        int ready = Libc.poll(descriptors, 2, LOOK_MILLIS);
        if (ready < 0) {
            int error = Libc.error();
            return error == Libc.EINTR ? "" : "can't wait for packets: " + Libc.strerror(error);
        }
        if (ready == 0) {
            // Now all that came before is read.
            return wentDown && !socket.isThere() ? "the device is gone" : "";
        }
        boolean unexpected = (descriptors.getShort(6) & ~POLLIN) != 0;
        if (unexpected) {
            int error = socket.takeError();
            if (error != Libc.ENETDOWN) {
                return error == 0 ? "the socket fails" : Libc.strerror(error);
            }
            // Down or gone, which shows in a moment. The kernel goes on by itself with a device that is up again.
            wentDown = true;
        }
        return "";
    }

    @Override
    public synchronized void interrupt() {
        interrupted = true;
        if (!closed) {
            Libc.eventfd_write(bell, 1);
        }
    }

    @Override
    public synchronized Optional<Losses> losses() {
        if (closed) {
            return Optional.empty();
        }
        drops += socket.takeDrops();
        return Optional.of(new Losses(drops + unreadable, deviceDrops.count()));
    }

    @Override
    public Optional<Long> lastLooked() {
        return Optional.of(looked);
    }

    @Override
    public String description() {
        long kibibytes = bytes / 1024;
        return "ring of " + (kibibytes % 1024 == 0 ? kibibytes / 1024 + " MiB" : kibibytes + " KiB");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            interrupted = true; // so that a loop begun after it touches nothing
            Libc.munmap(memory, bytes);
            socket.close();
            Libc.close(bell);
            descriptors.close();
        }
    }
}
