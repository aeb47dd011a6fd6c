package io.tcptracker.core;

/**
 * The pairs that tried one port so far, each with that port and the time of its latest attempt. Not threadsafe.
 *
 * <p>It is what a flood of forged sources, a packet each, runs through: a set of sixteen places for each range of hashes,
 * in which a newcomer takes the place of the one that has been quiet longest.
 *
 * <p>To hold many, it knows a pair by 48 bits of its hash alone. So a new pair is mistaken for another one with a
 * probability of 16 in 2<sup>48</sup>, which would add a port that it didn't try. As the hash is keyed, nobody can look for
 * such pairs.
 */
final class FirstSeen {
    static final int BYTES_EACH = 16;

    private static final int WAYS = 16;
    /** Two longs: 48 bits of hash and 16 of port, zero where there is nobody; the time. */
    private static final int LONGS_EACH = 2;

    private static final int PORT_BITS = 16;
    private static final long TAG_MASK = (1L << 48) - 1;

    private final long[] places;
    private final int sets;

    FirstSeen(long bytes) {
        sets = (int) Math.max(1, bytes / (WAYS * BYTES_EACH));
        places = new long[sets * WAYS * LONGS_EACH];
    }

    /** Where the pair of this hash is, or the complement of where it would be put. */
    int find(long hash) {
        long tag = tag(hash);
        int from = (int) (((hash >>> 32) * sets) >>> 32) * WAYS * LONGS_EACH;
        int oldest = from;
        long oldestTime = Long.MAX_VALUE;
        for (int at = from; at < from + WAYS * LONGS_EACH; at += LONGS_EACH) {
            long place = places[at];
            if (place >>> PORT_BITS == tag) {
                return at;
            }
            long time = place == 0 ? Long.MIN_VALUE : places[at + 1];
            if (time < oldestTime) {
                oldest = at;
                oldestTime = time;
            }
        }
        return ~oldest;
    }

    boolean isTaken(int at) {
        return places[at] != 0;
    }

    int port(int at) {
        return (int) places[at] & 0xffff;
    }

    long time(int at) {
        return places[at + 1];
    }

    void put(int at, long hash, int port, long time) {
        places[at] = (tag(hash) << PORT_BITS) | port;
        places[at + 1] = time;
    }

    void remove(int at) {
        places[at] = 0;
    }

    private static long tag(long hash) {
        return Math.max(1, hash & TAG_MASK);
    }
}
