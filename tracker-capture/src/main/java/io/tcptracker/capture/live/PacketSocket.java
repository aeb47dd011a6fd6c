package io.tcptracker.capture.live;

import com.sun.jna.Pointer;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A socket that receives the frames of a device (packet(7)). It receives nothing before it is bound, so the filter sees all
 * frames. The numbers are those of linux/if_packet.h, linux/sockios.h and asm-generic/socket.h.
 *
 * <p>Not threadsafe.
 */
final class PacketSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final short ETH_P_ALL = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int TPACKET_V3 = 2;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final int IFREQ_BYTES = 40;
    private static final int IFNAMSIZ = 16;
    private static final int IFF_UP = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;

    private final String device;
    private final int descriptor;
    private final int index;

    private PacketSocket(String device, int descriptor, int index) {
        this.device = device;
        this.descriptor = descriptor;
        this.index = index;
    }

    static PacketSocket open(String device) throws CaptureException, RingUnavailableException {
        // No protocol: until it is bound to one, nothing is delivered.
        int descriptor = Libc.socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0);
        if (descriptor < 0) {
            int error = Libc.error();
            if (error == Libc.EPERM || error == Libc.EACCES) {
                throw CaptureErrors.notPermitted(device);
            }
            throw failed("a packet socket", error);
        }
        int index = Libc.if_nametoindex(device);
        if (index == 0) {
            Libc.close(descriptor);
            throw CaptureErrors.noDevice(device);
        }
        return new PacketSocket(device, descriptor, index);
    }

    int descriptor() {
        return descriptor;
    }

    /** Returns the kind of the device: an ARPHRD number of linux/if_arp.h. */
    int hardware() throws CaptureException {
        return Short.toUnsignedInt(property(SIOCGIFHWADDR));
    }

    boolean isUp() throws CaptureException {
        return (property(SIOCGIFFLAGS) & IFF_UP) != 0;
    }

    /** Returns whether the device still exists, up or down. Another device of the same name does not count. */
    boolean isThere() {
        return Libc.if_nametoindex(device) == index;
    }

    /** Reads a property of the device from a {@code struct ifreq} (netdevice(7)). */
    private short property(long code) throws CaptureException {
        ByteBuffer request = ByteBuffer.allocate(IFREQ_BYTES).order(ByteOrder.nativeOrder());
        byte[] name = device.getBytes(StandardCharsets.UTF_8); // short enough, since the device has an index
        request.put(0, name);
        if (Libc.ioctl(descriptor, code, request.array()) != 0) {
            throw CaptureErrors.noDevice(device);
        }
        return request.getShort(IFNAMSIZ);
    }

    void attach(KernelFilter filter) throws RingUnavailableException {
        option(SOL_SOCKET, SO_ATTACH_FILTER, filter.toSocketOption(), filter.instructions() + " filter instructions");
    }

    /**
     * Makes a ring.
     *
     * @param millis the kernel hands over a block that holds a packet after this time
     */
    void makeRing(int blocks, int blockBytes, int millis) throws RingUnavailableException {
        option(SOL_PACKET, PACKET_VERSION, ints(TPACKET_V3), "TPACKET_V3");
        int frame = blockBytes; // without meaning in this version, but it must divide the block
        byte[] request = ints(blockBytes, blocks, frame, blocks, millis, 0, 0); // struct tpacket_req3
        option(SOL_PACKET, PACKET_RX_RING, request, "a ring");
    }

    /** Maps the memory of the ring. */
    Pointer map(long bytes) throws RingUnavailableException {
        Pointer memory = Libc.mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
        if (Pointer.nativeValue(memory) == -1) {
            throw failed("mapping a ring", Libc.error());
        }
        return memory;
    }

    /** Binds the socket to the device. From here on packets come in. */
    void bind() throws RingUnavailableException {
        ByteBuffer address = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder()); // struct sockaddr_ll
        address.putShort((short) AF_PACKET);
        address.order(ByteOrder.BIG_ENDIAN).putShort(ETH_P_ALL).order(ByteOrder.nativeOrder());
        address.putInt(index);
        if (Libc.bind(descriptor, address.array(), address.capacity()) != 0) {
            throw failed("binding to " + device, Libc.error());
        }
    }

    /** Reads and clears the number of packets that were dropped because no block was free. */
    long takeDrops() {
        int[] counts = new int[3]; // struct tpacket_stats_v3: packets, drops, times that no block was free
        Libc.getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, counts, new int[] {counts.length * Integer.BYTES});
        return Integer.toUnsignedLong(counts[1]);
    }

    /** Reads and clears SO_ERROR; 0 if there is no error. */
    int takeError() {
        int[] error = new int[1];
        Libc.getsockopt(descriptor, SOL_SOCKET, SO_ERROR, error, new int[] {Integer.BYTES});
        return error[0];
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }

    private void option(int level, int name, byte[] value, String what) throws RingUnavailableException {
        if (Libc.setsockopt(descriptor, level, name, value, value.length) != 0) {
            throw failed(what, Libc.error());
        }
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    private static RingUnavailableException failed(String what, int error) {
        return new RingUnavailableException("no " + what + ": "
                + (error == Libc.ENOMEM ? "no memory for it; a smaller buffer needs less" : Libc.strerror(error)));
    }
}
