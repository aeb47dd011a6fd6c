package io.tcptracker.capture.live;

import io.tcptracker.capture.file.PacketReader;
import java.util.Optional;

/**
 * A device that is open and being captured. One thread runs {@link #loop} and then closes; all else may be called from any
 * thread, at any time.
 */
public interface OpenDevice extends AutoCloseable {
    /** Why {@link #loop} ended, when it was asked to. */
    String INTERRUPTED = "the capture ended";

    /**
     * Hands each packet to {@code packets}, until it is interrupted or can't go on. What {@code packets} throws ends it and
     * is thrown on.
     *
     * @return why it ended
     */
    String loop(PacketReader.Packets packets);

    /** Makes {@link #loop} end, if it runs, and at once should it be about to begin. */
    void interrupt();

    /** What was lost since it was opened, in counters that may begin again after 32 bits; empty if it is closed. */
    Optional<Losses> losses();

    /** When it last saw for itself whether there are packets, by {@link System#nanoTime}; empty if it can't tell. */
    default Optional<Long> lastLooked() {
        return Optional.empty();
    }

    /** In a few words, how packets come. */
    String description();

    @Override
    void close();

    /**
     * Packets that passed the filter and were lost.
     *
     * @param kernel for want of room in the buffer
     * @param device in the device or its driver, whatever they were
     */
    record Losses(long kernel, long device) {}
}
