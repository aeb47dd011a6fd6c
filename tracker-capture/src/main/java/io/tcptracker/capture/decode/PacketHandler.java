package io.tcptracker.capture.decode;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A consumer of captured packets. The bytes of a packet are valid during the call. */
@FunctionalInterface
public interface PacketHandler {
    /**
     * Takes the next packet.
     *
     * @param link the link type; null if this type can't be decoded
     * @param time nanoseconds since 1970
     * @param bytes in big-endian order; the packet begins {@code offset} bytes after their beginning
     */
    void packet(@Nullable LinkType link, long time, ByteBuffer bytes, int offset, int length);

    /**
     * Reports that no more packets are there at present.
     *
     * @param until the packets captured before this time have been delivered, except lost ones, by the clock that stamps them;
     *     {@link Long#MIN_VALUE} if the time is unknown
     */
    default void idle(long until) {}
}
