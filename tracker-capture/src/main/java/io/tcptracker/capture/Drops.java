package io.tcptracker.capture;

import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapStat;

/**
 * Packets lost, over all handles that were open one after the other. libpcap counts for one handle, in 32 bits. Threadsafe.
 */
final class Drops {
    private long kernel;
    private long device;
    private long lastKernel;
    private long lastDevice;
    private @Nullable PcapHandle lastHandle;

    synchronized void read(PcapHandle handle) {
        try {
            PcapStat now = handle.getStats();
            // After it: a closed handle that some thread still held would make the open one count again from 0.
            if (handle != lastHandle) {
                lastHandle = handle;
                lastKernel = 0;
                lastDevice = 0;
            }
            kernel += Integer.toUnsignedLong((int) (now.getNumPacketsDropped() - lastKernel));
            device += Integer.toUnsignedLong((int) (now.getNumPacketsDroppedByIf() - lastDevice));
            lastKernel = now.getNumPacketsDropped();
            lastDevice = now.getNumPacketsDroppedByIf();
        } catch (PcapNativeException | NotOpenException e) {
            // Between two handles there is nothing to add.
        }
    }

    synchronized long byKernel() {
        return kernel;
    }

    synchronized long byInterface() {
        return device;
    }
}
