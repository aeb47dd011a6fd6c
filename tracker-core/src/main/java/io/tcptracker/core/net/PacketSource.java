package io.tcptracker.core.net;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where segments come from: a live device or a capture file. */
public interface PacketSource extends AutoCloseable {
    /**
     * Delivers segments, on the calling thread and in the order of capture, until the source is at its end or closed.
     * What {@code sink} throws ends the run and is thrown on.
     *
     * @throws CaptureException if the source can't be read, or not to its end
     */
    void run(Sink sink) throws IOException;

    /** What was seen so far. May be called from any thread, during a run and after it. */
    Statistics statistics();

    /** Why segments that should be seen are not, now; empty while all is well. May be called from any thread. */
    default Optional<String> blindness() {
        return Optional.empty();
    }

    /** Ends a run within a second. May be called from any thread, and again. */
    @Override
    void close();

    /** Takes segments, on the thread that reads them. */
    @FunctionalInterface
    interface Sink {
        void accept(Segment segment);

        /**
         * Tells that no more segments are waiting. Comes soon after each, at the latest before the source waits for the
         * next or its run ends: so what is done better for many at once can be put off until then.
         *
         * <p>On a link that has fallen silent it goes on coming, if the source can tell, so that what is missing by then can
         * be noticed without a further segment.
         *
         * @param until all segments that were captured before this time, in nanoseconds since 1970, have been delivered, but
         *     for those that were lost; {@link Long#MIN_VALUE} if the source can't tell, {@link Long#MAX_VALUE} if no more
         *     will ever come
         */
        default void idle(long until) {}

        /** Hands on to each of these, in turn. */
        static Sink all(List<? extends Sink> sinks) {
            // The one that there is by default shall cost no detour for each packet.
            return sinks.size() == 1
                    ? sinks.get(0)
                    : new Sink() {
                        @Override
                        public void accept(Segment segment) {
                            for (Sink each : sinks) {
                                each.accept(segment);
                            }
                        }

                        @Override
                        public void idle(long until) {
                            for (Sink each : sinks) {
                                each.idle(until);
                            }
                        }
                    };
        }
    }

    /**
     * Totals since the source was opened.
     *
     * @param received packets that reached us
     * @param droppedByKernel packets that passed the filter and found no room in the capture buffer
     * @param droppedByInterface packets that the device or its driver dropped
     * @param undecodable packets that made no sense, by reason; the reasons are a fixed set
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
