package io.tcptracker.capture;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.tcptracker.testing.Shell;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A device of this process's network namespace whose packets are IP with nothing before it, there while the process is. */
final class Tun {
    private static final int O_RDWR = 2;
    private static final long TUNSETIFF = 0x400454ca;
    private static final short IFF_TUN_NO_PI = 0x1001;

    static {
        Native.register(Tun.class, NativeLibrary.getProcess());
    }

    private final int descriptor;

    Tun(String name) {
        descriptor = open("/dev/net/tun", O_RDWR);
        ByteBuffer request = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
        request.put(0, name.getBytes(StandardCharsets.UTF_8)).putShort(16, IFF_TUN_NO_PI);
        if (descriptor < 0 || ioctl(descriptor, TUNSETIFF, request.array()) != 0) {
            throw new IllegalStateException("no device " + name + ": errno " + Native.getLastError());
        }
        Shell.run("ip", "link", "set", name, "up").orThrow();
    }

    /** Lets the host receive a packet. */
    void put(byte[] packet) {
        if (write(descriptor, packet, packet.length) != packet.length) {
            throw new IllegalStateException("errno " + Native.getLastError());
        }
    }

    private static native int open(String path, int flags);

    private static native int ioctl(int descriptor, long request, byte[] argument);

    private static native long write(int descriptor, byte[] bytes, long count);
}
