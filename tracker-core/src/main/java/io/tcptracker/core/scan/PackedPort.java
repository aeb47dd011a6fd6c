package io.tcptracker.core.scan;

import io.tcptracker.core.scan.Evidence.Kind;
import java.util.Arrays;

/**
 * The layout of a port in 31 bits: its number, how it was tried, its state, and a part of a hash of its origin. The origin is the address that tried it; with an inferred probe by ACK it is the port that the probe came from.
 */
@SuppressWarnings("EnumOrdinal") // in memory alone
final class PackedPort {
    static final int BITS = 31;
    static final int PORT = 0xffff;

    /** Enough to distinguish the addresses of one scan. */
    static final int ORIGINS = 1 << 10;

    private static final Kind[] KINDS = Kind.values();
    private static final PortState[] STATES = PortState.values();
    private static final int ORIGIN_AT = 16;
    private static final int KIND_AT = 26;
    private static final int STATE_AT = 29;
    private static final int KIND = 7 << KIND_AT;
    private static final int STATE = 3 << STATE_AT;

    private PackedPort() {}

    static int pack(int port, Kind kind, PortState state, long addressHigh, long addressLow) {
        return pack(port, kind, state, addressHigh * 31 + addressLow);
    }

    static int pack(int port, Kind kind, PortState state, long from) {
        // Fibonacci hashing (Knuth: The Art of Computer Programming, volume 3, 6.4). An attacker who picks addresses
        // that
        // collide only hides how many there are.
        long mixed = from * 0x9e3779b97f4a7c15L;
        int origin = (int) (mixed >>> 54);
        return port | origin << ORIGIN_AT | kind.ordinal() << KIND_AT | state.ordinal() << STATE_AT;
    }

    static int port(int packed) {
        return packed & PORT;
    }

    static PortState state(int packed) {
        return STATES[packed >>> STATE_AT];
    }

    static int origin(int packed) {
        return packed >>> ORIGIN_AT & (ORIGINS - 1);
    }

    static Kind kind(int packed) {
        return KINDS[kindIndex(packed)];
    }

    static int kindIndex(int packed) {
        return packed >>> KIND_AT & 7;
    }

    /** Returns the nanoseconds after which a port is filtered, by {@link #kindIndex}. */
    static long[] filteredAfter(ScanPolicy policy) {
        return Arrays.stream(KINDS)
                .mapToLong(kind -> policy.filteredAfter(kind).toNanos())
                .toArray();
    }

    /** Returns what is known after a port was tried again. A SYN is certain, while a probe with ACK was inferred. */
    static int merge(int before, int now) {
        if (kind(before) == Kind.ACK && kind(now) != Kind.ACK) {
            return now;
        }
        int kind = Math.max(before & KIND, now & KIND);
        int state = Math.max(before & STATE, now & STATE);
        return (now & ~(KIND | STATE)) | kind | state;
    }

    /** Returns what is known once a state was observed: the better known of the two states remains. */
    static int withState(int before, PortState state) {
        return (before & ~STATE) | Math.max(before & STATE, state.ordinal() << STATE_AT);
    }

    static int asClosed(int before) {
        return withState(before, PortState.CLOSED);
    }

    static int asOpen(int before) {
        return withState(before, PortState.OPEN);
    }

    /** Returns a connection that was reset before it was complete as a SYN alone: no operating system opened it. */
    static int asHalfOpen(int before) {
        return isCompleted(before) ? before & ~KIND : before;
    }

    /** Returns whether the port is closed or filtered, or was tried in a way that only scanners use. */
    static boolean isUnanswered(int packed) {
        PortState state = state(packed);
        return state == PortState.FILTERED
                || state == PortState.CLOSED
                || !kind(packed).isAttempt();
    }

    /** Returns whether an operating system tried to connect and the port is open, so that the connection completed. */
    static boolean isCompleted(int packed) {
        return state(packed) == PortState.OPEN && kind(packed) == Kind.CONNECT;
    }

    static boolean isPending(int packed) {
        return state(packed) == PortState.PENDING;
    }
}
