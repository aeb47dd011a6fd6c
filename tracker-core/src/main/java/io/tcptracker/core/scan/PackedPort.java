package io.tcptracker.core.scan;

import io.tcptracker.core.scan.Evidence.Kind;

/**
 * A port in 31 bits with what is known of it: how it was tried, what was answered, and from where, about. From where means
 * the address, but the port of a probe with ACK.
 */
@SuppressWarnings("EnumOrdinal") // in memory alone
final class PackedPort {
    static final int BITS = 31;
    static final int PORT = 0xffff;

    // What was answered, of which the best counts: a port that answered once is open, whatever came before or after.
    static final int PENDING = 0;
    static final int SILENT = 1;
    static final int REFUSED = 2;
    static final int ANSWERED = 3;

    /** As many as tell the addresses of one scan apart. */
    static final int ORIGINS = 1 << 10;

    private static final Kind[] KINDS = Kind.values();
    private static final int ORIGIN_AT = 16;
    private static final int KIND_AT = 26;
    private static final int STATE_AT = 29;
    private static final int KIND = 7 << KIND_AT;
    private static final int STATE = 3 << STATE_AT;

    private PackedPort() {}

    static int of(int port, Kind kind, int state, long addressHigh, long addressLow) {
        return of(port, kind, state, addressHigh * 31 + addressLow);
    }

    static int of(int port, Kind kind, int state, long from) {
        // Fibonacci hashing (Knuth: The Art of Computer Programming, volume 3, 6.4). Whoever picks addresses that
        // collide
        // hides how many they are, no more.
        long mixed = from * 0x9e3779b97f4a7c15L;
        int origin = (int) (mixed >>> 54);
        return port | origin << ORIGIN_AT | kind.ordinal() << KIND_AT | state << STATE_AT;
    }

    static int port(int marked) {
        return marked & PORT;
    }

    static int state(int marked) {
        return marked >>> STATE_AT;
    }

    /** From where. */
    static int origin(int marked) {
        return marked >>> ORIGIN_AT & (ORIGINS - 1);
    }

    static Kind kind(int marked) {
        return KINDS[marked >>> KIND_AT & 7];
    }

    /** What is known after a port was tried again. A SYN is what it is, while a probe with ACK was inferred. */
    static int again(int before, int now) {
        if (kind(before) == Kind.ACK && kind(now) != Kind.ACK) {
            return now;
        }
        int kind = Math.max(before & KIND, now & KIND);
        int state = Math.max(before & STATE, now & STATE);
        return (now & ~(KIND | STATE)) | kind | state;
    }

    /** What is known once this is. */
    static int with(int before, int state) {
        return (before & ~STATE) | Math.max(before & STATE, state << STATE_AT);
    }

    static int refused(int before) {
        return with(before, REFUSED);
    }

    static int answered(int before) {
        return with(before, ANSWERED);
    }

    /** A connection that was reset before it was complete was none that an operating system opened. */
    static int halfOpen(int before) {
        return isCompleted(before) ? before & ~KIND : before;
    }

    /** Whether it was not answered, or tried in a way that nothing ordinary does. */
    static boolean isUnanswered(int marked) {
        int state = state(marked);
        return state == SILENT || state == REFUSED || kind(marked).compareTo(Kind.CONNECT) > 0;
    }

    /** Whether it was answered to an operating system that tried to connect, which so it did. */
    static boolean isCompleted(int marked) {
        return state(marked) == ANSWERED && kind(marked) == Kind.CONNECT;
    }

    static boolean isPending(int marked) {
        return state(marked) == PENDING;
    }
}
