package io.tcptracker.capture.file;

import io.tcptracker.capture.decode.LinkType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An interface on which packets of a pcapng file were captured. Immutable.
 *
 * @param link null if this type can't be decoded
 * @param snaplen the most bytes captured of a packet
 * @param power true if the time unit is a power of 2, false if it is one of 10
 * @param exponent the time unit is 2 or 10 to the negative of this
 * @param offset the seconds to add to each time
 */
record PcapngInterface(@Nullable LinkType link, long snaplen, boolean power, int exponent, long offset) {
    private static final int TIME_UNIT = 9;
    private static final int TIME_OFFSET = 14;
    private static final long NANOS = 1_000_000_000;
    /** The last second (in 2116). Later times count as this time, so that differences don't overflow. */
    private static final long LAST_SECOND = Long.MAX_VALUE / 2 / NANOS;

    /** Reads an interface description whose body begins {@code ahead} bytes from here. */
    static PcapngInterface read(BufferedInput in, int ahead, int length) throws IOException {
        if (length < 8) {
            throw in.damaged("an interface description of " + length + " bytes, less than 8");
        }
        LinkType link = LinkType.of(in.u16(ahead)).orElse(null);
        long snaplen = in.u32(ahead + 4);
        int unit = 6;
        long offset = 0;
        int end = ahead + length;
        int at = ahead + 8;
        while (at + 4 <= end && in.u16(at) != 0) {
            int code = in.u16(at);
            int size = in.u16(at + 2);
            if (at + 4 + size > end) {
                throw in.damaged("an option of " + size + " bytes, more than its block holds");
            }
            if (code == TIME_UNIT && size >= 1) {
                unit = in.u8(at + 4);
            } else if (code == TIME_OFFSET && size >= 8) {
                offset = in.s64(at + 4);
            }
            at += 4 + (size + 3 & ~3);
        }
        boolean power = (unit & 0x80) != 0;
        int exponent = unit & 0x7f;
        if (exponent > (power ? 63 : 18)) {
            throw in.damaged("a time unit of " + (power ? 2 : 10) + " to the -" + exponent);
        }
        return new PcapngInterface(link, snaplen == 0 ? Long.MAX_VALUE : snaplen, power, exponent, offset);
    }

    /** Returns the nanoseconds since 1970 of an unsigned time in this interface's unit. */
    long nanos(long units) {
        long unitsPerSecond = power ? 1L << exponent : powerOfTen(exponent);
        long whole = Long.divideUnsigned(units, unitsPerSecond); // with a unit of one second it may still be unsigned
        long seconds = clamp(clamp(whole < 0 ? LAST_SECOND : whole) + clamp(offset));
        long rest = Long.remainderUnsigned(units, unitsPerSecond);
        return seconds * NANOS + (power ? binary(rest) : decimal(rest));
    }

    private static long clamp(long seconds) {
        return Math.max(-LAST_SECOND, Math.min(LAST_SECOND, seconds));
    }

    private long decimal(long rest) {
        return exponent <= 9 ? rest * powerOfTen(9 - exponent) : rest / powerOfTen(exponent - 9);
    }

    /** Computes {@code rest * NANOS / 2^exponent}, whose product may need more than 64 bits. */
    private long binary(long rest) {
        long high = Math.multiplyHigh(rest, NANOS);
        long low = rest * NANOS;
        return exponent == 0 ? low : high << (64 - exponent) | low >>> exponent;
    }

    private static long powerOfTen(int exponent) {
        return (long) Math.pow(10, exponent); // exact up to 10^22
    }
}
