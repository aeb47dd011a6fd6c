package io.tcptracker.core.net;

import java.security.SecureRandom;

/**
 * A keyed hash of a source and a destination: SipHash-1-3 (Aumasson, Bernstein: SipHash: a fast short-input PRF, 2012; with
 * the rounds that Rust's HashMap uses). An attacker picks the addresses, but not the key, which is drawn at the start. So an
 * attacker can't aim at a place of a table that is indexed by this hash. Immutable.
 */
public final class PairHash {
    private static final int ROUNDS = 8;

    /** Two IPv4 addresses fit into the last of the four words that two IPv6 addresses take. */
    private static final int FIRST_ROUND_OF_V4 = 3;

    private static final int FIRST_ROUND_OF_END = 5;
    private static final long V4_LENGTH = 8L << 56;
    private static final long V6_LENGTH = 32L << 56;

    private final long key0;
    private final long key1;

    /** Makes a hash with a given key, which tests use to repeat a run. */
    public PairHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** Returns a hash with a key that nothing outside the program can predict. */
    public static PairHash random() {
        SecureRandom random = new SecureRandom();
        return new PairHash(random.nextLong(), random.nextLong());
    }

    /** Returns the hash of a source and a destination, each in the halves of {@link IpAddress}. */
    public long of(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        return IpAddress.isV4(sourceHigh, sourceLow) && IpAddress.isV4(destinationHigh, destinationLow)
                ? of(FIRST_ROUND_OF_V4, 0, 0, 0, sourceLow << 32 | (destinationLow & 0xffffffffL), V4_LENGTH)
                : of(0, sourceHigh, sourceLow, destinationHigh, destinationLow, V6_LENGTH);
    }

    private long of(int firstRound, long word0, long word1, long word2, long word3, long length) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        for (int round = firstRound; round < ROUNDS; round++) {
            long word = switch (round) {
                case 0 -> word0;
                case 1 -> word1;
                case 2 -> word2;
                case 3 -> word3;
                case 4 -> length;
                default -> 0;
            };
            if (round == FIRST_ROUND_OF_END) {
                v2 ^= 0xff;
            }
            v3 ^= word;
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
