package io.tcptracker.core.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SegmentTest {
    private static final IpAddress SOURCE = IpAddress.parse("192.0.2.1");
    private static final IpAddress DESTINATION = IpAddress.parse("2001:db8::1");

    @Test
    void tellsWhatItWasMadeOf() {
        Segment segment = new Segment(-1, SOURCE, 1, DESTINATION, 65_535, Segment.SYN);
        assertEquals(-1, segment.time());
        assertEquals(Instant.parse("1969-12-31T23:59:59.999999999Z"), segment.instant());
        assertEquals(SOURCE, segment.source());
        assertEquals(1, segment.sourcePort());
        assertEquals(DESTINATION, segment.destination());
        assertEquals(65_535, segment.destinationPort());
        assertEquals(Segment.SYN, segment.flags());
    }

    @Test
    void isTheSameHoweverItWasMade() {
        Segment segment = new Segment(5, SOURCE, 1, IpAddress.parse("198.51.100.7"), 2, Segment.ACK);
        Segment v4 = Segment.v4(5, 0xc0000201, 1, 0xc6336407, 2, Segment.ACK);
        Segment bits = new Segment(5, 0, 0xffffc0000201L, 1, 0, 0xffffc6336407L, 2, Segment.ACK);
        assertEquals(segment, v4);
        assertEquals(segment, bits);
        assertEquals(segment.hashCode(), v4.hashCode());
        assertEquals(segment.hashCode(), bits.hashCode());
    }

    @Test
    void anyDifferenceMakesItAnother() {
        Segment segment = new Segment(0, 1, 2, 3, 4, 5, 6, 7);
        for (Segment other : List.of(
                new Segment(9, 1, 2, 3, 4, 5, 6, 7),
                new Segment(0, 9, 2, 3, 4, 5, 6, 7),
                new Segment(0, 1, 9, 3, 4, 5, 6, 7),
                new Segment(0, 1, 2, 9, 4, 5, 6, 7),
                new Segment(0, 1, 2, 3, 9, 5, 6, 7),
                new Segment(0, 1, 2, 3, 4, 9, 6, 7),
                new Segment(0, 1, 2, 3, 4, 5, 9, 7),
                new Segment(0, 1, 2, 3, 4, 5, 6, 9))) {
            assertNotEquals(segment, other);
        }
    }

    /** Each of the eight bits with each of our own marks; the marks decide nothing but that a fragment is neither. */
    @Test
    void isAnAttemptOrAnAnswerByItsFlags() {
        for (int flags = 0; flags < 256; flags++) {
            boolean syn = (flags & 0x02) != 0;
            boolean ack = (flags & 0x10) != 0;
            boolean rst = (flags & 0x04) != 0;
            for (int mark : new int[] {0, Segment.OPTIONS}) {
                assertEquals(syn && !ack, flagged(flags | mark).isAttempt(), "attempt, flags " + flags + ", " + mark);
                assertEquals(
                        (syn && ack) || rst, flagged(flags | mark).isAnswer(), "answer, flags " + flags + ", " + mark);
            }
            assertFalse(flagged(flags | Segment.FRAGMENT).isAnswer(), "answer of a fragment, flags " + flags);
        }
        assertFalse(flagged(Segment.FRAGMENT).isAttempt());
    }

    /** The bits of RFC 9293, 3.1, and nothing of ours among them. */
    @Test
    void flagsAreThoseOnTheWireAndOurMarksAreAboveThem() {
        assertEquals(
                List.of(1, 2, 4, 8, 16, 32),
                List.of(Segment.FIN, Segment.SYN, Segment.RST, Segment.PSH, Segment.ACK, Segment.URG));
        assertEquals(List.of(256, 512), List.of(Segment.FRAGMENT, Segment.OPTIONS));
    }

    private static Segment flagged(int flags) {
        return new Segment(0, SOURCE, 1, DESTINATION, 2, flags);
    }

    @Test
    void textShowsEverything() {
        assertEquals(
                "Segment[time=1, source=192.0.2.1, sourcePort=2, destination=2001:db8::1, destinationPort=3, flags=4]",
                new Segment(1, SOURCE, 2, DESTINATION, 3, 4).toString());
    }
}
