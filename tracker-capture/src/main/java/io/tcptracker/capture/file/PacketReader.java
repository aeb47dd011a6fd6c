package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes one packet after the other from a capture file. */
public interface PacketReader {
    /** More than any capture program writes for a packet: a length above it can only be damage. */
    int LONGEST_PACKET = 262_144;

    /**
     * Hands the next packet to {@code packets}, if there is one.
     *
     * @return false at the end of the file
     * @throws IOException if the file is damaged here
     */
    boolean next(Packets packets) throws IOException;

    /** Takes a packet; its bytes are valid during the call. */
    @FunctionalInterface
    interface Packets {
        /**
         * Takes the next packet.
         *
         * @param link null if it is none that can be decoded
         * @param time nanoseconds since 1970
         * @param bytes in big-endian order; the packet begins at {@code offset} from its beginning
         */
        void packet(@Nullable LinkType link, long time, ByteBuffer bytes, int offset, int length);

        /**
         * Tells that no more packets are there at present.
         *
         * @param until all packets that were captured before this time, by the clock that stamps them, have been handed on, but
         *     for those that were lost; {@link Long#MIN_VALUE} if that can't be told
         */
        default void idle(long until) {}
    }
}
