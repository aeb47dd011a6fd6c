package io.tcptracker.cli.review;

import io.tcptracker.cli.review.PortAnswers.Count;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.util.BitSet;

/** A pair that was taken for a scan, and what its ports have answered since. Not threadsafe. */
public final class FlaggedPair {
    /** So many ports of an ordinary client aren't answered: of 50 real pairs each had at most one. */
    private static final int ORDINARILY_UNANSWERED = 1;

    /** What a pair is by what was answered. */
    public enum Nature {
        ORDINARY,
        SCAN,
        UNDECIDED
    }

    private final Pair pair;
    private final BitSet rules = new BitSet();
    private final PortAnswers ports = new PortAnswers();
    private boolean surely;

    public FlaggedPair(Pair pair) {
        this.pair = pair;
    }

    public Pair pair() {
        return pair;
    }

    PortAnswers ports() {
        return ports;
    }

    public boolean by(int rule) {
        return rules.get(rule);
    }

    /** Whether some of these rules accuse it and some don't. */
    public boolean isDisputed(int ofRules) {
        return rules.cardinality() < ofRules;
    }

    /** Takes over what was known at the verdict. */
    void accuse(int rule, Scan scan) {
        rules.set(rule);
        Evidence evidence = scan.evidence();
        // The other two rules count nothing but what is unanswered; and nothing ordinary tries without a plain SYN.
        surely |= scan.rule() == Rule.SWEEP
                || scan.rule() == Rule.DISTRIBUTED
                || evidence.kind().compareTo(Evidence.Kind.CONNECT) > 0;
        evidence.answered().forEach(port -> ports.answer(port, PortAnswers.ANSWERED));
        evidence.refused().forEach(port -> ports.answer(port, PortAnswers.REFUSED));
    }

    /**
     * What it is by the answers.
     *
     * @param bothDirections whether any answers were seen at all
     */
    Nature nature(boolean bothDirections, Count count) {
        if (surely) {
            return Nature.SCAN;
        }
        int unanswered = count.refused() + count.silent();
        if (!bothDirections) {
            return Nature.UNDECIDED;
        }
        if (unanswered > ORDINARILY_UNANSWERED) {
            return Nature.SCAN;
        }
        return unanswered + count.pending() > ORDINARILY_UNANSWERED ? Nature.UNDECIDED : Nature.ORDINARY;
    }
}
