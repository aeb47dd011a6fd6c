package io.tcptracker.capture;

import io.tcptracker.capture.live.LibpcapDevice;
import io.tcptracker.capture.live.OpenDevice;
import io.tcptracker.capture.live.RingDevice;
import io.tcptracker.capture.live.RingUnavailableException;
import io.tcptracker.core.net.PacketSource.CaptureException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a device as often as is needed, in the same way. Not threadsafe. */
final class DeviceOpener {
    private static final Logger log = LoggerFactory.getLogger(DeviceOpener.class);

    private final String device;
    private final Optional<String> extraFilter;
    private final Engine engine;
    private final int bufferBytes;
    private String told = "";

    DeviceOpener(String device, Optional<String> extraFilter, Engine engine, int bufferBytes) {
        this.device = device;
        this.extraFilter = extraFilter;
        this.engine = engine;
        this.bufferBytes = bufferBytes;
    }

    /** With a ring if it is wanted and can be had. That it can't is said once. */
    OpenDevice open() throws CaptureException {
        if (engine == Engine.PCAP) {
            return LibpcapDevice.open(device, extraFilter, bufferBytes, Optional.empty());
        }
        try {
            return RingDevice.open(device, extraFilter, bufferBytes);
        } catch (RingUnavailableException e) {
            String why = String.valueOf(e.getMessage());
            OpenDevice handle = LibpcapDevice.open(device, extraFilter, bufferBytes, Optional.of(why));
            if (!why.equals(told)) {
                log.warn("capturing on {} through libpcap, at more work for each packet: {}", device, why);
                told = why;
            }
            return handle;
        }
    }
}
