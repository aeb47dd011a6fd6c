package io.tcptracker.capture.live;

import io.tcptracker.capture.decode.PacketHandler;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A device that is open and being captured. One thread runs {@link #loop} and then closes. The other methods may be called
 * from any thread at any time.
 */
public interface OpenDevice extends AutoCloseable {
    /** The name that stands for all devices. */
    String ALL_DEVICES = "any";

    /** The directory in which the kernel describes each device. */
    Path SYSFS = Path.of("/sys/class/net");

    /** The result of {@link #loop} after an interrupt. */
    String INTERRUPTED = "the capture ended";

    /**
     * Delivers each packet to {@code handler}, until it is interrupted or can't go on. An exception of {@code handler} ends
     * the loop and is thrown.
     *
     * @return the reason why the loop ended
     */
    String loop(PacketHandler handler);

    /** Ends {@link #loop}, also one that is about to begin. */
    void interrupt();

    /** Returns the losses since the device was opened. The counters may wrap after 32 bits. Empty if it is closed. */
    Optional<Losses> losses();

    /** Returns the time of the last poll for packets, by {@link System#nanoTime}; empty if the engine doesn't poll. */
    default Optional<Long> lastPoll() {
        return Optional.empty();
    }

    /** Describes the way in which packets come, in a few words. */
    String description();

    @Override
    void close();

    /**
     * The numbers of packets that passed the filter and were lost.
     *
     * @param kernel lost because the buffer was full
     * @param device lost in the device or its driver, with those that would not have passed the filter
     */
    record Losses(long kernel, long device) {}
}
