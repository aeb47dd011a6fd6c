package io.tcptracker.capture.live;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that a ring needs, as in section 2 of the manual. After a call that fails, {@link #error}
 * returns the reason, on the same thread. {@code size_t} is {@code long} here, so this is for systems of 64 bits only.
 */
final class Libc {
    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENETDOWN = 100;

    static {
        Native.register(Libc.class, NativeLibrary.getProcess());
    }

    private Libc() {}

    static native int socket(int domain, int type, int protocol);

    static native int setsockopt(int socket, int level, int name, byte[] value, int length);

    static native int getsockopt(int socket, int level, int name, int[] value, int[] length);

    static native int bind(int socket, byte[] address, int length);

    static native int ioctl(int socket, long request, byte[] argument);

    static native int eventfd(int initial, int flags);

    static native int eventfd_write(int descriptor, long value);

    static native int poll(Pointer descriptors, long count, int timeoutMillis);

    static native Pointer mmap(
            @Nullable Pointer address, long length, int protection, int flags, int descriptor, long offset);

    static native int munmap(Pointer address, long length);

    static native int close(int descriptor);

    static native int if_nametoindex(String name);

    static native String strerror(int error);

    static int error() {
        return Native.getLastError();
    }
}
