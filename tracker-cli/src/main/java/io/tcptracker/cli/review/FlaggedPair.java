package io.tcptracker.cli.review;

import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.PortState;
import io.tcptracker.core.scan.Scan;
import java.util.BitSet;

/** A pair that a rule has flagged as a scan, and the states of its ports since. Not threadsafe. */
public final class FlaggedPair {
    private final Pair pair;
    private final BitSet rules = new BitSet();
    private final PortStates ports = new PortStates();
    private boolean certain;

    /** Makes a pair that no rule has flagged yet. */
    public FlaggedPair(Pair pair) {
        this.pair = pair;
    }

    /** Returns the source and the destination. */
    public Pair pair() {
        return pair;
    }

    PortStates ports() {
        return ports;
    }

    /** Returns whether a rule has flagged the pair. */
    public boolean isFlaggedBy(int rule) {
        return rules.get(rule);
    }

    /** Returns whether some of the rules flag the pair and some don't. */
    public boolean isDisputed(int ofRules) {
        return rules.cardinality() < ofRules;
    }

    /** Records a verdict, with the port states known at its time. */
    void flag(int rule, Scan scan) {
        rules.set(rule);
        Evidence evidence = scan.evidence();
        // Sweeps and distributed scans count unanswered ports alone, and no ordinary client probes without a SYN.
        certain |= !scan.rule().isAboutPairs() || !evidence.kind().isAttempt();
        evidence.answered().forEach(port -> ports.answer(port, PortState.OPEN));
        evidence.refused().forEach(port -> ports.answer(port, PortState.CLOSED));
    }

    /**
     * Returns the class of the pair by the states of its ports.
     *
     * @param bothDirections whether the capture shows answers; without them no port is filtered
     */
    Classification classification(boolean bothDirections, PortCounts counts) {
        if (certain) {
            return Classification.SCAN;
        }
        return bothDirections ? counts.classification() : Classification.UNDECIDED;
    }
}
