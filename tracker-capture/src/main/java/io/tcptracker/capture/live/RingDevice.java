package io.tcptracker.capture.live;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.tcptracker.capture.file.PacketReader;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device captured through memory that is shared with the kernel (the kernel's packet_mmap documentation, TPACKET_V3).
 * Packets are decoded where the kernel wrote them. A call is made only when there are none.
 *
 * <p>The memory is touched and unmapped by the thread that loops; others use the descriptors, under the lock that closing
 * them takes.
 */
public final class RingDevice implements OpenDevice {
    private static final Logger log = LoggerFactory.getLogger(RingDevice.class);

    /** How often it looks on a silent link: the time since then tells a thread that waits from one that hangs. */
    private static final int LOOK_MILLIS = 250;
    /**
     * With more packets than this since it last waited, 50,000 a second, it lets more gather before it looks again: being
     * woken each millisecond would be most of the work. With fewer, a scanner's last probe is seen within a millisecond.
     */
    private static final int BUSY = 50;

    private static final int REST_MILLIS = 8;
    /** A rest takes at most this part of the ring, at any rate that a processor can deliver. */
    private static final int BLOCKS_PER_REST_MILLI = 32;

    /**
     * How long a packet may be on its way to a block that is handed over: some milliseconds, but on a host whose processors are
     * all taken the kernel is late too.
     */
    private static final long ON_ITS_WAY_MILLIS = 100;

    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8; // struct pollfd: int descriptor, short awaited, short happened

    private final String device;
    private final MappedRing ring;
    private final PacketSocket socket;
    private final RingBlocks blocks;
    private final InterfaceDropCounter deviceDrops;
    private final int restMillis;
    private final Memory socketAndBell = new Memory(2 * POLLFD_BYTES);
    private final Pointer bellAlone = socketAndBell.share(POLLFD_BYTES);

    private int block;
    private boolean wentDown;
    private volatile boolean interrupted;
    private volatile long looked = System.nanoTime();
    private volatile long unreadable;
    // Guarded by this:
    private long drops;
    private boolean closed;

    private RingDevice(String device, MappedRing ring) {
        this.device = device;
        this.ring = ring;
        socket = ring.socket();
        blocks = ring.blocks();
        deviceDrops = new InterfaceDropCounter(device);
        restMillis = Math.min(REST_MILLIS, blocks.count() / BLOCKS_PER_REST_MILLI);
        socketAndBell.clear();
        socketAndBell.setInt(0, socket.descriptor());
        socketAndBell.setShort(4, POLLIN);
        bellAlone.setInt(0, ring.bell());
        bellAlone.setShort(4, POLLIN);
    }

    /**
     * Opens a device.
     *
     * @param bufferBytes how large the ring may be
     * @throws CaptureException if libpcap would fare no better
     * @throws RingUnavailableException if it may
     */
    public static RingDevice open(String device, Optional<String> extraFilter, int bufferBytes)
            throws CaptureException, RingUnavailableException {
        try {
            return new RingDevice(device, MappedRing.open(device, extraFilter, bufferBytes));
        } catch (LinkageError e) {
            throw new RingUnavailableException("the C library can't be called: " + e);
        }
    }

    @Override
    public String loop(PacketReader.Packets packets) {
        int sinceWait = 0;
        while (!interrupted) {
            looked = System.nanoTime();
            long clock = System.currentTimeMillis(); // before the look, as a packet may come right after it
            if (blocks.isReady(block)) {
                sinceWait += blocks.packets(block);
                int lost = blocks.deliver(block, packets);
                if (lost > 0) {
                    lost(lost);
                }
                blocks.giveBack(block);
                block = block + 1 == blocks.count() ? 0 : block + 1;
                continue;
            }
            packets.idle(TimeUnit.MILLISECONDS.toNanos(clock - ON_ITS_WAY_MILLIS));
            if (sinceWait > BUSY && restMillis > 0) {
                Libc.poll(bellAlone, 1, restMillis);
            } else {
                String trouble = await();
                if (!trouble.isEmpty()) {
                    return trouble;
                }
            }
            sinceWait = 0;
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
        int ready = Libc.poll(socketAndBell, 2, LOOK_MILLIS);
        if (ready < 0) {
            int error = Libc.error();
            return error == Libc.EINTR ? "" : "can't wait for packets: " + Libc.strerror(error);
        }
        if (ready == 0) {
            // Now all that came before is read.
            return wentDown && !socket.isThere() ? "the device is gone" : "";
        }
        boolean unexpected = (socketAndBell.getShort(6) & ~POLLIN) != 0;
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
            Libc.eventfd_write(ring.bell(), 1);
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
        long kibibytes = ring.bytes() / 1024;
        return "ring of " + (kibibytes % 1024 == 0 ? kibibytes / 1024 + " MiB" : kibibytes + " KiB");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            interrupted = true; // so that a loop begun after it touches nothing
            ring.close();
            socketAndBell.close();
        }
    }
}
