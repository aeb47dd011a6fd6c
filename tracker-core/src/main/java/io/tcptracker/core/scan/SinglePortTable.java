package io.tcptracker.core.scan;

/**
 * The pairs that tried one port so far, each with that port and the time of its latest attempt. Not threadsafe.
 *
 * <p>It is what a flood of forged sources, a packet each, runs through: a set of sixteen places for each range of hashes,
 * in which a newcomer takes the place of the one that has been quiet longest.
 *
 * <p>To hold many, it knows a pair by 33 bits of its hash alone. So a new pair is mistaken for another one with a
 * probability of one in 500 million, which would add a port that it didn't try. As the hash is keyed, nobody can look for
 * such pairs.
 */
final class SinglePortTable {
    private static final int WAYS = 16;
    private static final long TAG_MASK = (1L << (Long.SIZE - PackedPort.BITS)) - 1;

    /** Of a set, whose parts lie together as each of them may be a miss of the cache. */
    private static final int HAND = 0;

    private static final int FIRST_PAIR = 1;
    private static final int LONGS_OF_SET = FIRST_PAIR + 2 * WAYS;

    /**
     * Of each set which place is looked at first when one has to give way; sixteen pairs, each 33 bits of hash and 31 of
     * port and {@link PackedPort}, or zero where there is nobody; their times.
     */
    private final long[] sets;

    private final int count;

    SinglePortTable(long bytes) {
        count = (int) Math.max(1, bytes / (LONGS_OF_SET * Long.BYTES));
        sets = new long[count * LONGS_OF_SET];
    }

    /** Where the pair of this hash is, or -1. */
    int find(long hash) {
        long tag = tag(hash);
        int from = set(hash) + FIRST_PAIR;
        for (int at = from; at < from + WAYS; at++) {
            if (sets[at] >>> PackedPort.BITS == tag) {
                return at;
            }
        }
        return -1;
    }

    /** Reads what {@link #find} and {@link #place} will, so that it is in the processor's cache by then. */
    long touch(long hash) {
        int set = set(hash);
        return sets[set] + sets[set + 8] + sets[set + 16] + sets[set + 24] + sets[set + 32];
    }

    /**
     * Where a new pair of this hash gets a place: that of the one quiet longest. Places are given in turn, so the next in
     * turn is that one, but for those seen again meanwhile: they are later than their successor, and passed over.
     */
    int place(long hash) {
        int set = set(hash);
        int from = set + FIRST_PAIR;
        int way = (int) sets[set + HAND];
        for (int passed = 0; passed < WAYS; passed++) {
            int next = (way + 1) % WAYS;
            if (!isTaken(from + way) || time(from + way) <= time(from + next)) {
                break;
            }
            way = next;
        }
        int hand = (way + 1) % WAYS;
        sets[set + HAND] = hand;
        return from + way;
    }

    boolean isTaken(int at) {
        return sets[at] != 0;
    }

    /** The port, with its {@link PackedPort}. */
    int marked(int at) {
        return (int) sets[at] & Integer.MAX_VALUE;
    }

    void mark(int at, int marked) {
        sets[at] = (sets[at] & -1L << PackedPort.BITS) | marked;
    }

    long time(int at) {
        return sets[at + WAYS];
    }

    void put(int at, long hash, int marked, long time) {
        sets[at] = (tag(hash) << PackedPort.BITS) | marked;
        sets[at + WAYS] = time;
    }

    void remove(int at) {
        sets[at] = 0;
        sets[at + WAYS] = Long.MIN_VALUE;
    }

    /** Where the set for this hash begins. */
    private int set(long hash) {
        return (int) (((hash >>> 32) * count) >>> 32) * LONGS_OF_SET;
    }

    private static long tag(long hash) {
        return Math.max(1, hash & TAG_MASK);
    }
}
