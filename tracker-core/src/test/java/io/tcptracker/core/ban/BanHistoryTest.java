package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BanHistoryTest {
    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final BanHistory history = new BanHistory(Duration.ofHours(24));

    @Test
    void sourceIsRememberedForADayAfterItsBanEnded() {
        Ban second = new Ban(source(1), START, Duration.ofMinutes(20), 2, "");
        history.banned(second);
        Instant forgotten = START.plus(Duration.ofMinutes(20)).plus(Duration.ofHours(24));
        assertEquals(2, history.bans(source(1), START));
        assertEquals(2, history.bans(source(1), forgotten));
        assertEquals(0, history.bans(source(1), forgotten.plusNanos(1)));
        assertEquals(0, history.bans(source(2), START));
        assertEquals(List.of(), history.all());
    }

    @Test
    void banWithoutAnEndIsNotRemembered() {
        history.banned(new Ban(source(1), START, Duration.ZERO));
        assertEquals(List.of(), history.all());
    }

    @Test
    void recordsOfAnEarlierRunCountUntilTheirTimeIsOver() {
        BanRecord over = new BanRecord(source(1), 3, START.minus(Duration.ofHours(25)));
        BanRecord live = new BanRecord(source(2), 3, START.minus(Duration.ofHours(23)));
        BanRecord farOff = new BanRecord(source(3), 3, Instant.MAX);
        history.add(List.of(farOff, live, over));
        assertEquals(0, history.bans(source(1), START));
        assertEquals(3, history.bans(source(2), START));
        assertEquals(List.of(live, farOff), history.all());
    }

    @Test
    void recordsAreListedInTheOrderInWhichTheBansEnd() {
        history.banned(new Ban(source(1), START, Duration.ofHours(2)));
        history.banned(new Ban(source(2), START, Duration.ofHours(1)));
        history.banned(new Ban(source(3), START, Duration.ofHours(3)));
        assertEquals(
                List.of(source(2), source(1), source(3)),
                history.all().stream().map(BanRecord::source).toList());
    }

    @Test
    void floodOfFirstBansEvictsNoSourceThatCameBackAndTheOldestOthers() {
        ban(0, START);
        ban(0, START);
        for (int i = 1; i <= 50_000; i++) {
            ban(i, START.plusMillis(i * 600L));
        }
        Instant end = START.plusMillis(50_000 * 600L);
        assertEquals(2, history.bans(source(0), end), "the scanner that came back");
        assertEquals(0, history.bans(source(1), end), "the oldest of the flood");
        assertEquals(1, history.bans(source(41_000), end));
        assertEquals(1, history.bans(source(50_000), end), "the newest");
        assertBounded(10_001);
    }

    @Test
    void sourcesThatCameBackAreBoundedToo() {
        for (int i = 1; i <= 30_000; i++) {
            ban(i, START.plusMillis(i));
            ban(i, START.plusMillis(i));
        }
        assertEquals(2, history.bans(source(30_000), START.plusMillis(30_000)), "the newest");
        assertBounded(10_000);
    }

    private void assertBounded(int most) {
        int size = history.all().size();
        assertTrue(size <= most && size > most - 200, () -> size + " sources");
    }

    /** Bans as the decision does. */
    private void ban(int number, Instant since) {
        Prefix source = source(number);
        history.banned(new Ban(source, since, TEN_MINUTES, history.bans(source, since) + 1, ""));
    }

    private static Prefix source(int number) {
        return Prefix.of(IpAddress.v4(0x0a000000 + number));
    }
}
