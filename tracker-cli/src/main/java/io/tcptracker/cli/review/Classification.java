package io.tcptracker.cli.review;

/** The class of a flagged pair, by the states of its ports. Published in lower case. */
public enum Classification {
    /** Fewer ports are unanswered than any scan leaves: the verdict is probably a false positive. */
    ORDINARY,
    /** Enough ports are closed or filtered, or no ordinary client sends such probes. */
    SCAN,
    /** The capture shows no answers, or ended before enough ports had answered. */
    UNDECIDED
}
