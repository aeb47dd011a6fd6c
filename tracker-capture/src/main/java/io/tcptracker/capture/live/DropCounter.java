package io.tcptracker.capture.live;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A counter of lost packets, over all devices that were open one after the other. Threadsafe. */
public final class DropCounter {
    private long kernel;
    private long device;
    private long lastKernel;
    private long lastDevice;
    private @Nullable OpenDevice lastOpened;

    /** Adds the losses since the last call. */
    public synchronized void read(OpenDevice opened) {
        Optional<OpenDevice.Losses> losses = opened.losses();
        if (losses.isEmpty()) {
            return; // closed: there is nothing to add
        }
        OpenDevice.Losses now = losses.get();
        // Only now. A thread that still holds a closed device must not make the open device count again from 0.
        if (opened != lastOpened) {
            lastOpened = opened;
            lastKernel = 0;
            lastDevice = 0;
        }
        // libpcap counts in 32 bits.
        kernel += Integer.toUnsignedLong((int) (now.kernel() - lastKernel));
        device += Integer.toUnsignedLong((int) (now.device() - lastDevice));
        lastKernel = now.kernel();
        lastDevice = now.device();
    }

    /** Returns the packets that found no room in the buffer. */
    public synchronized long byKernel() {
        return kernel;
    }

    /** Returns the packets that the device or its driver lost. */
    public synchronized long byInterface() {
        return device;
    }
}
