package io.tcptracker.core.scan;

/**
 * The table of pairs with one port so far, each with that port and the time of its latest attempt. Not threadsafe.
 *
 * <p>A flood of spoofed sources with a packet each runs through this table. It has a set of sixteen places for each range of
 * hashes. A new pair takes the place of the pair that has been quiet longest in its set.
 *
 * <p>Take the default's 48 MiB and a flood of 100,000 sources a second. If a scanner waits 5 s for its second port, its first
 * one is forgotten once in a million. At 10 s that is once in 400, at 20 s once in three. With twice the memory or half the
 * flood, the scanner has to wait twice as long.
 *
 * <p>To hold many pairs, the table knows each by 33 bits of its hash alone. So one new pair in 500 million is mistaken for
 * another one, which adds a port that the pair didn't try. The hash is keyed, so an attacker can't look for such pairs.
 */
final class SinglePortTable {
    private static final int WAYS = 16;
    private static final long TAG_MASK = (1L << (Long.SIZE - PackedPort.BITS)) - 1;

    // The parts of a set lie together, as each of them may be a miss of the cache.
    private static final int HAND = 0;

    private static final int FIRST_PAIR = 1;
    private static final int LONGS_OF_SET = FIRST_PAIR + 2 * WAYS;

    /**
     * The sets. Each holds the place at which the search for an eviction starts, then sixteen pairs, then their times. A pair
     * is 33 bits of hash and 31 of {@link PackedPort}; an empty place is zero.
     */
    private final long[] sets;

    private final int count;

    SinglePortTable(long bytes) {
        count = (int) Math.max(1, bytes / (LONGS_OF_SET * Long.BYTES));
        sets = new long[count * LONGS_OF_SET];
    }

    /** Returns the place of the pair with this hash, or -1. */
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

    /** Reads what {@link #find} and {@link #place} will read, so that it is in the processor's cache by then. */
    long touch(long hash) {
        int set = set(hash);
        return sets[set] + sets[set + 8] + sets[set + 16] + sets[set + 24] + sets[set + 32];
    }

    /**
     * Returns the place for a new pair with this hash: that of the pair quiet longest. Places are taken in turn, so the next
     * in turn is that place. A pair that was seen again meanwhile is later than its successor, and passed over.
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

    /** Returns the port at a place, as {@link PackedPort}. */
    int packed(int at) {
        return (int) sets[at] & Integer.MAX_VALUE;
    }

    void update(int at, int packed) {
        sets[at] = (sets[at] & -1L << PackedPort.BITS) | packed;
    }

    long time(int at) {
        return sets[at + WAYS];
    }

    void put(int at, long hash, int packed, long time) {
        sets[at] = (tag(hash) << PackedPort.BITS) | packed;
        sets[at + WAYS] = time;
    }

    void remove(int at) {
        sets[at] = 0;
        sets[at + WAYS] = Long.MIN_VALUE;
    }

    /** Returns where the set for this hash begins. */
    private int set(long hash) {
        return (int) (((hash >>> 32) * count) >>> 32) * LONGS_OF_SET;
    }

    private static long tag(long hash) {
        return Math.max(1, hash & TAG_MASK);
    }
}
