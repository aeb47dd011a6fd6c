package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BanHistoryTest {
    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");

    private final BanHistory offenders = new BanHistory(Duration.ofHours(24));

    @Test
    void sourceIsRememberedForADayAfterItsBanEnded() {
        Ban second = new Ban(source(1), START, Duration.ofMinutes(20), 2, "");
        offenders.banned(second);
        Instant forgotten = START.plus(Duration.ofMinutes(20)).plus(Duration.ofHours(24));
        assertEquals(2, offenders.bans(source(1), START));
        assertEquals(2, offenders.bans(source(1), forgotten));
        assertEquals(0, offenders.bans(source(1), forgotten.plusNanos(1)));
        assertEquals(0, offenders.bans(source(2), START));
    }

    @Test
    void banWithoutAnEndIsNotRemembered() {
        offenders.banned(new Ban(source(1), START, Duration.ZERO));
        assertEquals(List.of(), offenders.all());
    }

    @Test
    void ofTooManyTheOneBannedLongestAgoIsForgotten() {
        for (int i = 0; i < 20_000; i++) {
            offenders.banned(new Ban(source(i), START, Duration.ofMinutes(10)));
        }
        offenders.banned(new Ban(source(0), START, Duration.ofMinutes(20), 2, ""));
        offenders.banned(new Ban(source(20_000), START, Duration.ofMinutes(10)));
        assertEquals(20_000, offenders.all().size());
        assertEquals(2, offenders.bans(source(0), START));
        assertEquals(0, offenders.bans(source(1), START));
        assertEquals(1, offenders.bans(source(2), START));
        assertEquals(source(2), offenders.all().get(0).source());
    }

    private static Prefix source(int number) {
        return Prefix.of(IpAddress.v4(0x0a000000 + number));
    }
}
