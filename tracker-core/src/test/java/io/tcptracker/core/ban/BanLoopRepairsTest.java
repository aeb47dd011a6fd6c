package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checks and repairs of a loop whose firewall others change. */
final class BanLoopRepairsTest extends BanLoopFixture {
    @Test
    void damageIsFoundByTheNextCheckAndRepairedWithEachBan() {
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> found(A));
        timeline.at(2, () -> found(B));
        timeline.at(9, () -> recorder.meddle(State.DAMAGED, "the jump is gone", List.of()));
        runUntil(20, TEN_MINUTES);
        assertEquals(
                List.of("12 replace 192.0.2.1 192.0.2.2", "12 repaired: the jump is gone"),
                recorder.log().subList(4, recorder.log().size()));
        assertEquals(Set.of(Prefix.parse(A), Prefix.parse(B)), recorder.inForce());
    }

    @Test
    void repeatedDamageIsRepairedAtGrowingIntervals() {
        checkEvery = 4_000_000_000L;
        for (int second = 1; second < 400; second++) {
            timeline.at(second, () -> recorder.meddle(State.DAMAGED, "not first", List.of()));
        }
        runUntil(300, TEN_MINUTES);
        assertEquals(
                List.of("4", "8", "12", "16", "24", "40", "72", "136", "200", "264"),
                recorder.log().stream()
                        .filter(line -> line.endsWith("repaired: not first"))
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .toList());
    }

    @Test
    void announcedDamageIsRepairedAtOnceAndCheckedOnceMore() {
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> found(A));
        timeline.at(9.5, () -> damage("the jump is gone"));
        runUntil(20, TEN_MINUTES);
        assertEquals(
                List.of("9.5 replace 192.0.2.1", "9.5 repaired: the jump is gone"),
                recorder.log().subList(2, recorder.log().size()));
        assertEquals(List.of("4", "8", "9.5", "10.5", "14.5", "18.5"), recorder.checks());
    }

    @Test
    void constantlyChangingRulesAreCheckedOnceASecond() {
        checkEvery = 4_000_000_000L;
        for (int i = 100; i < 1000; i++) {
            timeline.at(i / 100.0, recorder::announce);
        }
        runUntil(12, TEN_MINUTES);
        assertEquals(List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), recorder.checks());
    }

    @Test
    void scannerIsBannedBeforeChangesAreChecked() {
        timeline.at(1, () -> {
            damage("the jump is gone");
            found(A);
        });
        runUntil(2, TEN_MINUTES);
        assertLog("1 add 192.0.2.1", "1 banned 192.0.2.1", "1 replace 192.0.2.1", "1 repaired: the jump is gone");
    }

    @Test
    void repeatedAnnouncedDamageIsRepairedAtGrowingIntervals() {
        checkEvery = 4_000_000_000L;
        for (int i = 10; i < 4_000; i++) {
            timeline.at(i / 10.0, () -> damage("not first"));
        }
        runUntil(150, TEN_MINUTES);
        assertEquals(
                List.of("1", "2", "3", "4", "12", "28", "60", "124"),
                recorder.log().stream()
                        .filter(line -> line.endsWith("repaired: not first"))
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .toList());
    }

    private void damage(String detail) {
        recorder.announces = true;
        recorder.meddle(State.DAMAGED, detail, List.of());
        recorder.announce();
    }

    @Test
    void failedRepairIsRetried() {
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> {
            recorder.meddle(State.DAMAGED, "the jump is gone", List.of());
            fail(1);
        });
        runUntil(7, TEN_MINUTES);
        assertLog("4 replace", "4 failed: no lock", "4.5 replace", "4.5 recovered", "4.5 repaired: the jump is gone");
    }

    @Test
    void manualBansAndLiftsAreTakenOver() {
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> found(A, B));
        Ban byHand = new Ban(Prefix.parse("203.0.113.0/24"), Instant.EPOCH, Duration.ofSeconds(60), 1, "by hand");
        timeline.at(9, () -> {
            List<Ban> bans = new ArrayList<>(recorder.bans());
            bans.remove(0);
            bans.add(byHand);
            recorder.meddle(State.CHANGED_MANUALLY, "", bans);
        });
        timeline.at(20, () -> found("203.0.113.7", A));
        runUntil(63, TEN_MINUTES);
        assertEquals(
                List.of(
                        "12 banned 203.0.113.0/24",
                        "12 lifted 192.0.2.1",
                        "20 add 192.0.2.1",
                        "20 banned 192.0.2.1",
                        "60 lift 203.0.113.0/24",
                        "60 lifted 203.0.113.0/24"),
                recorder.log().subList(3, recorder.log().size()));
    }

    @Test
    void bansOfAnEarlierRunAreTakenOverUnlessOverOrAllowed() throws IOException {
        allowList = AllowList.of(List.of(Prefix.parse(C)));
        timeline.pass(100);
        recorder.meddle(
                State.INTACT,
                "",
                List.of(
                        new Ban(Prefix.parse(A), Instant.EPOCH, Duration.ofSeconds(160), 3, ""),
                        new Ban(Prefix.parse(B), Instant.EPOCH, Duration.ofSeconds(99)),
                        new Ban(Prefix.parse(C), Instant.EPOCH, Duration.ZERO)));
        BanLoop loop = loop(new BanPolicy(Duration.ofSeconds(10), Duration.ofHours(1), 10, 10, false), recorder);
        assertEquals(1, loop.takeOver().size());
        assertEquals(1, loop.banned());
        timeline.at(110, () -> found(A));
        timeline.at(170, () -> found(A));
        timeline.at(171, loop::stop);
        loop.run();
        assertLog(
                "100 replace 192.0.2.1",
                "160 lift 192.0.2.1",
                "160 lifted 192.0.2.1",
                "170 add 192.0.2.1",
                "170 banned 192.0.2.1");
        assertEquals(
                List.of(new BanRecord(Prefix.parse(A), 4, Instant.ofEpochSecond(250))),
                loop.history().all());
    }
}
