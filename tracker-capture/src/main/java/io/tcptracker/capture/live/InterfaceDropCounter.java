package io.tcptracker.capture.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A counter of packets that a device and its driver lost since it was made: missed packets and full queues, as in libpcap.
 *
 * <p>Not threadsafe.
 */
final class InterfaceDropCounter {
    private final Path statistics;
    private long last;
    private long count;

    InterfaceDropCounter(String device) {
        statistics = OpenDevice.SYSFS.resolve(device).resolve("statistics");
        last = read();
    }

    long count() {
        long now = read();
        // A device that was removed and made again counts from 0.
        count += Math.max(0, now - last);
        last = now;
        return count;
    }

    private long read() {
        return read("rx_missed_errors") + read("rx_fifo_errors");
    }

    private long read(String name) {
        try {
            return Long.parseLong(Files.readString(statistics.resolve(name)).strip());
        } catch (IOException | NumberFormatException e) {
            return 0; // the device is gone
        }
    }
}
