package io.tcptracker.capture.decode;

import java.util.Arrays;
import java.util.Random;

/** Spoils bytes in the ways that find mistakes: bits, bytes, values at the edge, lengths, pieces moved. */
public final class Mutations {
    private static final int[] EDGES = {0, 1, 2, 4, 5, 6, 0x0f, 0x40, 0x45, 0x4f, 0x60, 0x7f, 0x80, 0x81, 0xfe, 0xff};

    private Mutations() {}

    static byte[] random(Random random) {
        byte[] bytes = new byte[random.nextInt(160)];
        random.nextBytes(bytes);
        return bytes;
    }

    public static byte[] spoil(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            bytes = change(bytes, random);
        }
        return bytes;
    }

    private static byte[] change(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return random(random);
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2, 3 -> bytes[at] = (byte) EDGES[random.nextInt(EDGES.length)];
            case 4 -> {
                return Arrays.copyOf(bytes, at);
            }
            default -> {
                int from = random.nextInt(bytes.length);
                int length = Math.min(random.nextInt(12), bytes.length - Math.max(from, at));
                System.arraycopy(bytes, from, bytes, at, length);
            }
        }
        return bytes;
    }
}
