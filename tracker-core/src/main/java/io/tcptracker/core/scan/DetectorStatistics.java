package io.tcptracker.core.scan;

import java.time.Duration;

/**
 * The figures that show if a policy's memory is enough for the traffic. Immutable.
 *
 * @param pairsWatched pairs that were seen within the last window, to a 32nd of it, and are still known
 * @param forgottenAfterOnePort pairs with one port that were evicted before a window was over
 * @param forgottenAfterSeveralPorts pairs with several ports that were evicted before a window was over: each of them may
 *     be a missed scan
 * @param reach how long a pair with one port is remembered at present: a window while there is room. A scanner that
 *     waits longer between its first two ports is missed
 * @param answers segments that answered an attempt that is known. With none, the capture shows one direction only, and no
 *     port counts as filtered
 */
public record DetectorStatistics(
        long pairsWatched, long forgottenAfterOnePort, long forgottenAfterSeveralPorts, Duration reach, long answers) {
    /** Returns the figures of two detectors that see the same segments, taken together. */
    public DetectorStatistics plus(DetectorStatistics other) {
        return new DetectorStatistics(
                pairsWatched + other.pairsWatched,
                forgottenAfterOnePort + other.forgottenAfterOnePort,
                forgottenAfterSeveralPorts + other.forgottenAfterSeveralPorts,
                reach.compareTo(other.reach) < 0 ? reach : other.reach,
                Math.max(answers, other.answers));
    }
}
