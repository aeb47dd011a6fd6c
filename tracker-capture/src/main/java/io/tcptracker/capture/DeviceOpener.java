package io.tcptracker.capture;

import io.tcptracker.capture.live.LibpcapDevice;
import io.tcptracker.capture.live.OpenDevice;
import io.tcptracker.capture.live.RingDevice;
import io.tcptracker.capture.live.RingUnavailableException;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A way to open one device, again and again with the same settings. Not threadsafe. */
final class DeviceOpener {
    private static final Logger log = LoggerFactory.getLogger(DeviceOpener.class);

    private final String device;
    private final Optional<String> extraFilter;
    private final Engine engine;
    private final int bufferBytes;
    private String loggedReason = "";

    DeviceOpener(String device, Optional<String> extraFilter, Engine engine, int bufferBytes) {
        this.device = device;
        this.extraFilter = extraFilter;
        this.engine = engine;
        this.bufferBytes = bufferBytes;
    }

    /** Opens the device with a ring, if a ring is wanted and possible. Logs once why no ring is possible. */
    OpenDevice open() throws CaptureException {
        if (engine == Engine.PCAP) {
            return LibpcapDevice.open(device, extraFilter, bufferBytes, Optional.empty());
        }
        try {
            return RingDevice.open(device, extraFilter, bufferBytes);
        } catch (RingUnavailableException e) {
            String reason = String.valueOf(e.getMessage());
            OpenDevice opened = LibpcapDevice.open(device, extraFilter, bufferBytes, Optional.of(reason));
            if (!reason.equals(loggedReason)) {
                log.warn("capturing on {} through libpcap, with more work for each packet: {}", device, reason);
                loggedReason = reason;
            }
            return opened;
        }
    }
}
