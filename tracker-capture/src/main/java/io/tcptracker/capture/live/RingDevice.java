package io.tcptracker.capture.live;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.tcptracker.capture.decode.PacketHandler;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device captured through memory that is shared with the kernel (the kernel's packet_mmap documentation, TPACKET_V3).
 * Packets are decoded where the kernel wrote them. A system call is made only when no packet is there.
 *
 * <p>Only the thread that loops uses and unmaps the memory. Other threads use the descriptors, under the lock that
 * {@link #close} takes.
 */
public final class RingDevice implements OpenDevice {
    private static final Logger log = LoggerFactory.getLogger(RingDevice.class);

    /** The time between polls on a silent link. A longer time since the last poll tells that the thread hangs. */
    private static final int POLL_MILLIS = 250;
    /**
     * The number of packets since the last wait above which the thread rests before the next poll. That is 50,000 a second,
     * where a wake-up each millisecond would be most of the work. Below it, a probe is seen within a millisecond.
     */
    private static final int BUSY = 50;

    private static final int REST_MILLIS = 8;
    /** A rest fills at most this part of the ring, at the highest rate that one processor can deliver. */
    private static final int BLOCKS_PER_REST_MILLI = 32;

    /**
     * The longest time from a packet's stamp to the hand-over of its block. Usually that is some milliseconds. On a host with
     * busy processors the kernel is late too.
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
    private volatile long lastPoll = System.nanoTime();
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
     * @param bufferBytes the largest size of the ring
     * @throws CaptureException if libpcap would fail as well
     * @throws RingUnavailableException if libpcap may succeed
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
    public String loop(PacketHandler handler) {
        int sinceWait = 0;
        while (!interrupted) {
            lastPoll = System.nanoTime();
            long clock = System.currentTimeMillis(); // before the poll, as a packet may come right after it
            if (blocks.isReady(block)) {
                sinceWait += blocks.packets(block);
                int lost = blocks.deliver(block, handler);
                if (lost > 0) {
                    countUnreadable(lost);
                }
                blocks.giveBack(block);
                block = block + 1 == blocks.count() ? 0 : block + 1;
                continue;
            }
            handler.idle(TimeUnit.MILLISECONDS.toNanos(clock - ON_ITS_WAY_MILLIS));
            if (sinceWait > BUSY && restMillis > 0) {
                Libc.poll(bellAlone, 1, restMillis);
            } else {
                String reason = await();
                if (!reason.isEmpty()) {
                    return reason;
                }
            }
            sinceWait = 0;
        }
        return INTERRUPTED;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void countUnreadable(int packets) {
        if (unreadable == 0) {
            log.warn("a block of the ring on {} contradicts itself; its packets count as dropped", device);
        }
        unreadable += packets;
    }

    /** Waits for a packet or the bell. Returns why no more packets will come; empty if more may come. */
    private String await() {
        int ready = Libc.poll(socketAndBell, 2, POLL_MILLIS);
        if (ready < 0) {
            int error = Libc.error();
            return error == Libc.EINTR ? "" : "can't wait for packets: " + Libc.strerror(error);
        }
        if (ready == 0) {
            // Now all packets that came before are read.
            return wentDown && !socket.isThere() ? "the device is gone" : "";
        }
        boolean unexpected = (socketAndBell.getShort(6) & ~POLLIN) != 0;
        if (unexpected) {
            int error = socket.takeError();
            if (error != Libc.ENETDOWN) {
                return error == 0 ? "the socket fails" : Libc.strerror(error);
            }
            // The device is down or gone, which shows in a moment. The kernel resumes by itself when a device is up
            // again.
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
    public Optional<Long> lastPoll() {
        return Optional.of(lastPoll);
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
            interrupted = true; // so that a loop that begins later does not use the memory
            ring.close();
            socketAndBell.close();
        }
    }
}
