package io.tcptracker.cli.replay;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.ScanPolicy;

/** A port that was tried, once or several times in the same way, and its answer. Not threadsafe. */
final class ProbedPort {
    private final long time;
    private final int port;
    private final Kind kind;
    private final IpAddress source;
    private final int sourcePort;
    private long last;
    private int tries = 1;
    private PortState state = PortState.PENDING;
    private long answerTook;

    ProbedPort(Segment segment, Kind kind) {
        this(segment.time(), segment.destinationPort(), kind, segment.source(), segment.sourcePort());
    }

    ProbedPort(long time, int port, Kind kind, IpAddress source, int sourcePort) {
        this.time = time;
        this.port = port;
        this.kind = kind;
        this.source = source;
        this.sourcePort = sourcePort;
        last = time;
    }

    /** Returns the time of the first try. */
    long time() {
        return time;
    }

    int port() {
        return port;
    }

    Kind kind() {
        return kind;
    }

    /** Returns the kind to show: the answer beside it shows if a SYN led to a connection. */
    Kind shownKind() {
        return kind == Kind.CONNECT ? Kind.SYN : kind;
    }

    /** Returns the address that tried the port: one of several if a prefix counts as one source. */
    IpAddress source() {
        return source;
    }

    /** Returns the time of the latest try. */
    long last() {
        return last;
    }

    int tries() {
        return tries;
    }

    /** Returns the best known state; a port that is filtered by now is still pending here. */
    PortState state() {
        return state;
    }

    /** Returns the state at {@code now}, in a capture that shows both directions. */
    PortState state(ScanPolicy policy, long now) {
        boolean filtered = state == PortState.PENDING
                && (now == Long.MAX_VALUE
                        || now - time > policy.filteredAfter(kind).toNanos());
        return filtered ? PortState.FILTERED : state;
    }

    /** Returns the nanoseconds from the latest try before the answer to the answer. */
    long answerTook() {
        return answerTook;
    }

    /** Returns whether the connection is the same, so that an operating system tries again. */
    boolean isOfConnection(ProbedPort other) {
        return sourcePort == other.sourcePort && source.equals(other.source);
    }

    void tryAgain(long now) {
        tries++;
        last = Math.max(last, now);
    }

    void answer(PortState answered, long now) {
        if (answered.compareTo(state) > 0) {
            state = answered;
            answerTook = Math.max(0, now - last);
        }
    }
}
