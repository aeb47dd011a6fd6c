package io.tcptracker.cli.replay;

import io.tcptracker.cli.review.PortAnswers;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Evidence.Kind;

/** A port that was tried, once or again and again, and what came back. Not threadsafe. */
final class ProbedPort {
    private final long time;
    private final int port;
    private final Kind kind;
    private final IpAddress by;
    private final int fromPort;
    private long last;
    private int tries = 1;
    private int state = PortAnswers.PENDING;
    private long answerTook;

    ProbedPort(Segment segment, Kind kind) {
        this(segment.time(), segment.destinationPort(), kind, segment.source(), segment.sourcePort());
    }

    ProbedPort(long time, int port, Kind kind, IpAddress by, int fromPort) {
        this.time = time;
        this.port = port;
        // Whether a SYN leads to a connection shows by its answer, which is told beside it.
        this.kind = kind == Kind.CONNECT ? Kind.SYN : kind;
        this.by = by;
        this.fromPort = fromPort;
        last = time;
    }

    long time() {
        return time;
    }

    int port() {
        return port;
    }

    Kind kind() {
        return kind;
    }

    /** The address that tried it: one of several if they are taken for one source. */
    IpAddress by() {
        return by;
    }

    long last() {
        return last;
    }

    int tries() {
        return tries;
    }

    /** One of {@link PortAnswers}. */
    int state() {
        return state;
    }

    /** In nanoseconds, from the latest try before it. */
    long answerTook() {
        return answerTook;
    }

    /** Whether the connection is the same: then it is the operating system that tries again. */
    boolean isOf(ProbedPort other) {
        return fromPort == other.fromPort && by.equals(other.by);
    }

    void again(long now) {
        tries++;
        last = Math.max(last, now);
    }

    void answer(int answered, long now) {
        if (answered > state) {
            state = answered;
            answerTook = Math.max(0, now - last);
        }
    }
}
