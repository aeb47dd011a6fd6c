package io.tcptracker.core.net;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A source of segments: a live device or a capture file. */
public interface PacketSource extends AutoCloseable {
    /**
     * Delivers segments, on the calling thread and in the order of capture, until the source is at its end or closed. An
     * exception of {@code sink} ends the run and is thrown on.
     *
     * @throws CaptureException if the source can't be read, or not to its end
     */
    void run(Sink sink) throws IOException;

    /** Returns the totals so far. May be called from any thread, during a run and after it. */
    Statistics statistics();

    /** Returns why no segments can be seen at present; empty while all is well. May be called from any thread. */
    default Optional<String> blindness() {
        return Optional.empty();
    }

    /** Ends a run within a second. May be called from any thread, and again. */
    @Override
    void close();

    /** A receiver of segments, on the thread that reads them. */
    @FunctionalInterface
    interface Sink {
        void accept(Segment segment);

        /**
         * Handles that no more segments are waiting. The source calls it soon after each segment, at the latest before it
         * waits for the next or its run ends. So a sink can collect segments until then and handle them together.
         *
         * <p>On a silent link the calls continue, if the source knows the time. So a sink can notice a missing answer
         * without a further segment.
         *
         * @param until a time in nanoseconds since 1970: all segments captured before it have been delivered, except lost
         *     ones. {@link Long#MIN_VALUE} if the source doesn't know, {@link Long#MAX_VALUE} at the end of all segments
         */
        default void idle(long until) {}
    }

    /**
     * The totals since the source was opened. Immutable.
     *
     * @param received packets that reached us
     * @param droppedByKernel packets that passed the filter and found no room in the capture buffer
     * @param droppedByInterface packets that the device or its driver dropped
     * @param undecodable packets that could not be decoded, by reason; the reasons are a fixed set
     */
    record Statistics(long received, long droppedByKernel, long droppedByInterface, Map<String, Long> undecodable) {
        public Statistics {
            undecodable = Map.copyOf(undecodable);
        }

        public long undecodableTotal() {
            return undecodable.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** A failure to read a source. */
    final class CaptureException extends ExplainedException {
        private static final long serialVersionUID = 1;

        private final Kind kind;

        /** Creates a failure that has no cure. */
        public CaptureException(Kind kind, String failure) {
            this(kind, failure, "", "");
        }

        /**
         * Creates a failure.
         *
         * @param failure what failed and why, as a sentence without a full stop
         * @param toolOutput the words of the library or kernel, in one line; empty if there are none
         * @param cure what to do; empty if nothing helps
         */
        public CaptureException(Kind kind, String failure, String toolOutput, String cure) {
            super(failure, toolOutput, cure);
            this.kind = kind;
        }

        /** Returns what kind of failure this is. */
        public Kind kind() {
            return kind;
        }

        /** The kind of a failure to read. */
        public enum Kind {
            /** The process lacks a privilege, or the right to read the file. */
            NOT_PERMITTED,
            /** The device, the capture library or a kernel feature is missing or down. */
            UNAVAILABLE,
            /** The host has no device of this name. */
            NO_DEVICE,
            /** The temporary directory can't hold the native library that JNA unpacks. */
            NO_NATIVE_LIBRARY,
            /** The capture file does not exist. */
            MISSING,
            /** The capture file is damaged or no capture file. */
            DAMAGED,
            /** The filter expression is wrong. */
            BAD_FILTER
        }
    }
}
