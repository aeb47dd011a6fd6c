package io.tcptracker.cli.events;

import io.tcptracker.core.net.IpAddress;
import java.util.Arrays;

/**
 * An estimator of the number of distinct addresses, within some 2 % (standard error), in 4 KB. It is HyperLogLog: Flajolet,
 * Fusy, Gandouet, Meunier, HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm, 2007. Not
 * threadsafe.
 */
public final class AddressEstimator {
    private static final int INDEX_BITS = 12;
    private static final int REGISTERS = 1 << INDEX_BITS;
    private static final double BIAS = 0.7213 / (1 + 1.079 / REGISTERS);

    private final byte[] longestRuns = new byte[REGISTERS];

    /** Adds an address, again or for the first time. */
    public void add(IpAddress address) {
        // The hash is seeded: an attacker who picks the addresses can't falsify the estimate.
        int hash = address.hashCode();
        int index = hash >>> (Integer.SIZE - INDEX_BITS);
        int run = Integer.numberOfLeadingZeros(hash << INDEX_BITS | 1 << (INDEX_BITS - 1)) + 1;
        if (run > longestRuns[index]) {
            longestRuns[index] = (byte) run;
        }
    }

    /** Returns the estimated number of distinct addresses. */
    public long estimate() {
        double sum = 0;
        int empty = 0;
        for (byte run : longestRuns) {
            sum += 1.0 / (1L << run);
            empty += run == 0 ? 1 : 0;
        }
        double raw = BIAS * REGISTERS * REGISTERS / sum;
        // While many registers are empty, their number is the better measure (linear counting).
        boolean few = raw <= 2.5 * REGISTERS && empty > 0;
        return Math.round(few ? REGISTERS * Math.log((double) REGISTERS / empty) : raw);
    }

    void clear() {
        Arrays.fill(longestRuns, (byte) 0);
    }
}
