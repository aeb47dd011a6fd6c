package io.tcptracker.core.scan;

import io.tcptracker.core.net.Segment;

/**
 * The state of a port that was tried, from the least known to the best known. Of two observations the later constant
 * counts: a port that answered with SYN-ACK once is open, with any other answers beside.
 */
public enum PortState {
    /** The port hasn't answered, and may still answer. */
    PENDING,
    /** The port hasn't answered within {@link ScanPolicy#filteredAfter}; published as {@code silent}. */
    FILTERED,
    /** The port answered with RST; published as {@code refused}. */
    CLOSED,
    /** The port answered with SYN-ACK; published as {@code answered}. */
    OPEN;

    /** Returns the state that a segment shows which {@linkplain Segment#isAnswer() answers} an attempt. */
    public static PortState shownBy(Segment answer) {
        return (answer.flags() & Segment.RST) != 0 ? CLOSED : OPEN;
    }
}
