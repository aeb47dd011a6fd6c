package io.tcptracker.core.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PairHashTest {
    private static final long KEY0 = 0x0706050403020100L;
    private static final long KEY1 = 0x0f0e0d0c0b0a0908L;

    @Test
    void isSipHashOfTheBytes() {
        byte[] example = new byte[15];
        for (int i = 0; i < example.length; i++) {
            example[i] = (byte) i;
        }
        // The example of the paper, appendix A: what follows is compared with SipHash indeed.
        assertEquals(0xa129ca6149be45e5L, sipHash(2, 4, KEY0, KEY1, example));

        Random random = new Random(1);
        PairHash hash = new PairHash(KEY0, KEY1);
        for (int i = 0; i < 1_000; i++) {
            IpAddress v4 = IpAddress.v4(random.nextInt());
            IpAddress other4 = IpAddress.v4(random.nextInt());
            IpAddress v6 = new IpAddress(random.nextLong(), random.nextLong());
            assertEquals(
                    sipHash(1, 3, KEY0, KEY1, words(v4.low() << 32 | (other4.low() & 0xffffffffL))),
                    of(hash, v4, other4));
            assertEquals(sipHash(1, 3, KEY0, KEY1, words(v4.high(), v4.low(), v6.high(), v6.low())), of(hash, v4, v6));
            assertEquals(sipHash(1, 3, KEY0, KEY1, words(v6.high(), v6.low(), v4.high(), v4.low())), of(hash, v6, v4));
        }
    }

    @Test
    void differsFromOneDetectorToTheNext() {
        IpAddress address = IpAddress.parse("192.0.2.1");
        assertNotEquals(of(PairHash.random(), address, address), of(PairHash.random(), address, address));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void addressesThatDifferInFewBitsAreSpread(int kind) {
        IntFunction<IpAddress> addresses = switch (kind) {
            case 0 -> IpAddress::v4;
            case 1 -> i -> IpAddress.v4(i << 12);
            case 2 -> i -> new IpAddress(0x20010db8L << 32, i);
            default -> i -> new IpAddress((long) i << 44, (long) i << 44);
        };
        PairHash hash = PairHash.random();
        int sets = 1 << 12;
        int[] high = new int[sets];
        int[] low = new int[sets];
        for (int i = 0; i < sets * 16; i++) {
            long bits = of(hash, addresses.apply(i), IpAddress.v4(1));
            high[(int) (bits >>> 52)]++;
            low[(int) bits & (sets - 1)]++;
        }
        for (int i = 0; i < sets; i++) {
            assertTrue(high[i] < 60 && low[i] < 60, "a set of 16 on average has " + high[i] + ", " + low[i]);
        }
    }

    private static long of(PairHash hash, IpAddress source, IpAddress destination) {
        return hash.of(source.high(), source.low(), destination.high(), destination.low());
    }

    private static byte[] words(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long word : words) {
            bytes.putLong(word);
        }
        return bytes.array();
    }

    /** After the paper's text, 2.1 to 2.4, with any number of rounds and bytes. */
    private static long sipHash(int compressions, int finals, long key0, long key1, byte[] message) {
        long[] v = {
            key0 ^ 0x736f6d6570736575L,
            key1 ^ 0x646f72616e646f6dL,
            key0 ^ 0x6c7967656e657261L,
            key1 ^ 0x7465646279746573L
        };
        byte[] padded = new byte[message.length / 8 * 8 + 8];
        System.arraycopy(message, 0, padded, 0, message.length);
        padded[padded.length - 1] = (byte) message.length;
        ByteBuffer words = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            long word = words.getLong();
            v[3] ^= word;
            rounds(v, compressions);
            v[0] ^= word;
        }
        v[2] ^= 0xff;
        rounds(v, finals);
        return v[0] ^ v[1] ^ v[2] ^ v[3];
    }

    private static void rounds(long[] v, int count) {
        for (int i = 0; i < count; i++) {
            half(v, 0, 1, 2, 3, 13, 16);
            half(v, 2, 1, 0, 3, 17, 21);
        }
    }

    private static void half(long[] v, int a, int b, int c, int d, int left, int right) {
        v[a] += v[b];
        v[c] += v[d];
        v[b] = Long.rotateLeft(v[b], left) ^ v[a];
        v[d] = Long.rotateLeft(v[d], right) ^ v[c];
        v[a] = Long.rotateLeft(v[a], 32);
    }
}
