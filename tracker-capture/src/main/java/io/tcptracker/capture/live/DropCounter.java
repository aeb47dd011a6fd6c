package io.tcptracker.capture.live;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Packets lost, over all handles that were open one after the other. Threadsafe. */
public final class DropCounter {
    private long kernel;
    private long device;
    private long lastKernel;
    private long lastDevice;
    private @Nullable OpenDevice lastHandle;

    public synchronized void read(OpenDevice handle) {
        Optional<OpenDevice.Losses> losses = handle.losses();
        if (losses.isEmpty()) {
            return; // between two handles there is nothing to add
        }
        OpenDevice.Losses now = losses.get();
        // Only now: a closed handle that some thread still held would make the open one count again from 0.
        if (handle != lastHandle) {
            lastHandle = handle;
            lastKernel = 0;
            lastDevice = 0;
        }
        // libpcap counts in 32 bits.
        kernel += Integer.toUnsignedLong((int) (now.kernel() - lastKernel));
        device += Integer.toUnsignedLong((int) (now.device() - lastDevice));
        lastKernel = now.kernel();
        lastDevice = now.device();
    }

    public synchronized long byKernel() {
        return kernel;
    }

    public synchronized long byInterface() {
        return device;
    }
}
