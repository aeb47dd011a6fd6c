package io.tcptracker.capture.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tcptracker.core.net.Segment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentDecoderTest {
    private static final List<DecodedFrames.Row> ROWS = DecodedFrames.all();
    private static final List<LinkType> LINKS = List.of(LinkType.values());

    static List<DecodedFrames.Row> rows() {
        return ROWS;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void findsTheSegmentOrTellsWhyThereIsNone(DecodedFrames.Row row) {
        Outcome outcome = decode(row.link(), row.frame());
        assertEquals(row.segment(), outcome.segment(), () -> Frames.hex(row.frame()));
        assertEquals(row.reason(), outcome.reason(), () -> Frames.hex(row.frame()));
    }

    /**
     * Cuts each frame after every byte and puts it where reading on would find more: the rest of the frame, a SYN's flags, or
     * the end of the array.
     */
    @ParameterizedTest
    @MethodSource("rows")
    void readsNothingPastTheCapturedBytes(DecodedFrames.Row row) {
        for (int length = 0; length <= row.frame().length; length++) {
            byte[] cut = Arrays.copyOf(row.frame(), length);
            Outcome alone = decode(row.link(), cut);
            String where = "cut to " + length + " bytes: " + Frames.hex(row.frame());
            assertEquals(alone, decode(row.link(), row.frame(), 0, length), where);
            byte[] amidSyns = new byte[7 + length + 200];
            Arrays.fill(amidSyns, (byte) Frames.SYN);
            System.arraycopy(cut, 0, amidSyns, 7, length);
            assertEquals(alone, decode(row.link(), amidSyns, 7, length), where);
            if (alone.segment() != null) {
                assertEquals(row.segment(), alone.segment(), where);
            }
        }
    }

    @Test
    void anUnknownLinkTypeIsARejectionOfItsOwn() {
        SegmentDecoder decoder = new SegmentDecoder();
        assertNull(decoder.decode(null, 0, ByteBuffer.allocate(60), 0, 60));
        assertEquals(1L, decoder.undecodable().get("link_type"));
    }

    /** The names are label values of a metric. */
    @Test
    void reasonsAreAFixedSetThatIsThereFromTheStart() {
        Map<String, Long> none = new TreeMap<>();
        for (String reason : List.of("link_type", "truncated", "ip_header", "tcp_header", "tiny_fragment", "nesting")) {
            none.put(reason, 0L);
        }
        assertEquals(none, new SegmentDecoder().undecodable());
    }

    /** Whatever comes, nothing is thrown, and what lies around a frame in memory makes no difference. */
    @Test
    void surroundingsOfAMillionSpoiltFramesMakeNoDifference() {
        long seed = 20_261_122;
        Random random = new Random(seed);
        byte[] atTheEnd = new byte[4_096];
        // One buffer on the heap, as a file is read, and one beside it, as the kernel's ring is mapped.
        ByteBuffer wrapped = ByteBuffer.wrap(atTheEnd);
        ByteBuffer amid = ByteBuffer.allocateDirect(4_096);
        byte[] noise = new byte[amid.capacity()];
        random.nextBytes(noise);
        amid.put(0, noise);
        SegmentDecoder first = new SegmentDecoder();
        SegmentDecoder second = new SegmentDecoder();
        int segments = 0;
        int fragments = 0;
        for (int i = 0; i < 1_000_000; i++) {
            DecodedFrames.Row row = ROWS.get(random.nextInt(ROWS.size()));
            LinkType link = i % 10 == 0 ? LINKS.get(random.nextInt(LINKS.size())) : row.link();
            byte[] frame = i % 5 == 0 ? Mutations.random(random) : Mutations.spoil(row.frame(), random);
            int end = atTheEnd.length - frame.length;
            int offset = random.nextInt(amid.capacity() - frame.length - 100);
            System.arraycopy(frame, 0, atTheEnd, end, frame.length);
            amid.put(offset, frame);
            try {
                Segment one = first.decode(link, i, wrapped, end, frame.length);
                Segment other = second.decode(link, i, amid, offset, frame.length);
                if (!Objects.equals(one, other)) {
                    fail("seed " + seed + ", frame " + i + ", " + link + ": " + one + " at the end of an array, "
                            + other + " amid other bytes: " + Frames.hex(frame));
                }
                segments += one == null ? 0 : 1;
                fragments += one != null && (one.flags() & Segment.FRAGMENT) != 0 ? 1 : 0;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", frame " + i + ", " + link + ": " + Frames.hex(frame), e);
            }
        }
        assertEquals(first.undecodable(), second.undecodable(), "seed " + seed);
        first.undecodable().forEach((reason, count) -> {
            if (!reason.equals("link_type")) {
                assertTrue(count > 1_000, "the frames tried hardly any that are " + reason + ": " + count);
            }
        });
        assertTrue(segments > 100_000, "the frames held hardly any segments: " + segments);
        assertTrue(fragments > 1_000, "the frames held hardly any tiny fragments: " + fragments);
        assertTrue(fragments <= Objects.requireNonNull(first.undecodable().get("tiny_fragment")), "not all counted");
    }

    private static Outcome decode(LinkType link, byte[] frame) {
        return decode(link, frame, 0, frame.length);
    }

    private static Outcome decode(LinkType link, byte[] bytes, int offset, int length) {
        SegmentDecoder decoder = new SegmentDecoder();
        Segment segment = decoder.decode(link, Frames.TIME, ByteBuffer.wrap(bytes), offset, length);
        DecodeFailure reason = null;
        for (DecodeFailure candidate : DecodeFailure.values()) {
            if (Objects.requireNonNull(decoder.undecodable().get(candidate.label())) > 0) {
                reason = candidate;
            }
        }
        return new Outcome(segment, reason);
    }

    private record Outcome(
            @Nullable Segment segment, @Nullable DecodeFailure reason) {}
}
