package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.PacketHandler;
import java.io.IOException;

/** A reader of the packets of a capture file, one after the other. */
public interface PacketReader {
    /** The longest packet in bytes. No capture program writes more, so a greater length is damage. */
    int LONGEST_PACKET = 262_144;

    /**
     * Delivers the next packet to {@code handler}, if there is one.
     *
     * @return false at the end of the file
     * @throws IOException if the file is damaged here
     */
    boolean next(PacketHandler handler) throws IOException;
}
