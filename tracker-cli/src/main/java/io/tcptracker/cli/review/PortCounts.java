package io.tcptracker.cli.review;

import io.tcptracker.core.scan.ScanPolicy;

/**
 * The number of a pair's ports in each state. Immutable.
 *
 * @param answered open ports
 * @param refused closed ports
 * @param silent filtered ports
 * @param pending ports that may still answer
 */
public record PortCounts(int answered, int refused, int silent, int pending) {
    /** Returns the class of a pair with these ports, in a capture that shows both directions. */
    Classification classification() {
        int unanswered = refused + silent;
        if (unanswered >= ScanPolicy.RECOMMENDED_UNANSWERED) {
            return Classification.SCAN;
        }
        return unanswered + pending >= ScanPolicy.RECOMMENDED_UNANSWERED
                ? Classification.UNDECIDED
                : Classification.ORDINARY;
    }
}
