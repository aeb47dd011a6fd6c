package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.Condition.State;
import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.testing.Scans;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guard does, as a log in which each line starts with the time in seconds. */
final class BanLoopTest {
    private static final BanPolicy TEN_MINUTES = policy(Duration.ofMinutes(10), 100);
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";
    private static final String C = "192.0.2.3";

    private final Timeline timeline = new Timeline();
    private final Recorder recorder = new Recorder(timeline::now);
    private AllowList allowList = AllowList.of(List.of());
    /** Never, where it doesn't matter. */
    private long checkEvery = Long.MAX_VALUE / 4;

    @Test
    void scannerIsBannedOnceThoughItScansManyDestinations() {
        timeline.at(0, () -> found(A, "198.51.100.1", false));
        timeline.at(0, () -> found(A, "198.51.100.2", false));
        timeline.at(1, () -> found(A, "198.51.100.3", false));
        timeline.at(60, () -> found(A, "198.51.100.1", true));
        guardUntil(100, TEN_MINUTES);
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1");
    }

    @Test
    void scansThatWaitAreBannedInOneCallInTheOrderTheyWereFound() {
        timeline.at(0, () -> found(C, B, A));
        guardUntil(100, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.3 192.0.2.2 192.0.2.1",
                "0 banned 192.0.2.3",
                "0 banned 192.0.2.2",
                "0 banned 192.0.2.1");
    }

    @Test
    void allowedScannerIsSparedAndThatIsToldOnce() {
        allowList = AllowList.of(List.of(Prefix.parse("192.0.2.0/31")));
        timeline.at(0, () -> found(A, B));
        timeline.at(60, () -> found(A, "198.51.100.1", true));
        guardUntil(100, TEN_MINUTES);
        assertLog("0 spared 192.0.2.1 by 192.0.2.0/31", "0 allow", "0 add 192.0.2.2", "0 banned 192.0.2.2");
    }

    @Test
    void allowListMayChange() {
        timeline.at(0, () -> found(A));
        timeline.at(1, () -> allowList = AllowList.of(List.of(Prefix.parse("192.0.2.0/24"))));
        timeline.at(2, () -> found(B));
        guardUntil(100, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "2 spared 192.0.2.2 by 192.0.2.0/24",
                "2 allow",
                "2 lift 192.0.2.1",
                "2 lifted 192.0.2.1");
    }

    @Test
    void banEndsByReplacingTheBansWithoutIt() {
        timeline.at(1.5, () -> found(A));
        timeline.at(100, () -> found(B));
        guardUntil(650, TEN_MINUTES);
        assertLog(
                "1.5 add 192.0.2.1",
                "1.5 banned 192.0.2.1",
                "100 add 192.0.2.2",
                "100 banned 192.0.2.2",
                "601.5 lift 192.0.2.1",
                "601.5 lifted 192.0.2.1");
    }

    @Test
    void lastBanEndsByReplacingAllWithNone() {
        timeline.at(0, () -> found(A));
        guardUntil(700, TEN_MINUTES);
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "600 lift 192.0.2.1", "600 lifted 192.0.2.1");
    }

    @Test
    void bansThatEndWithinASecondOfTheLastThatEndedAreEndedTogether() {
        timeline.at(0, () -> found(A));
        timeline.at(0.3, () -> found(B));
        timeline.at(0.9, () -> found(C));
        guardUntil(700, TEN_MINUTES);
        assertEquals(
                List.of(
                        "600 lift 192.0.2.1",
                        "600 lifted 192.0.2.1",
                        "601 lift 192.0.2.2 192.0.2.3",
                        "601 lifted 192.0.2.2",
                        "601 lifted 192.0.2.3"),
                recorder.log().subList(6, recorder.log().size()));
    }

    @Test
    void scanThatGoesOnAfterItsBanIsBannedAgain() {
        timeline.at(0, () -> found(A));
        timeline.at(599, () -> found(A, "198.51.100.1", true));
        timeline.at(660, () -> found(A, "198.51.100.1", true));
        guardUntil(700, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "600 lift 192.0.2.1",
                "600 lifted 192.0.2.1",
                "660 add 192.0.2.1",
                "660 banned 192.0.2.1");
    }

    @Test
    void scanThatGoesOnAsItsBanEndsIsBannedAgainAtOnce() {
        timeline.at(0, () -> found(A));
        timeline.at(600, () -> found(A, "198.51.100.1", true));
        guardUntil(700, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "600 add 192.0.2.1",
                "600 lifted 192.0.2.1",
                "600 banned 192.0.2.1");
    }

    @Test
    void banOfLengthZeroLasts() {
        timeline.at(0, () -> found(A));
        timeline.at(1e8, () -> found(B));
        guardUntil(2e8, policy(Duration.ZERO, 100));
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "100000000 add 192.0.2.2", "100000000 banned 192.0.2.2");
    }

    @Test
    void banOfAYearEndsAfterAYear() {
        timeline.at(0, () -> found(A));
        guardUntil(3e8, policy(Duration.ofDays(365), 100));
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "31536000 lift 192.0.2.1", "31536000 lifted 192.0.2.1");
    }

    @Test
    void failedBanIsKeptWantedAndTriedAgainEverMoreSeldomWithAll() {
        fail(9);
        timeline.at(0, () -> found(A));
        timeline.at(0.2, () -> found(B));
        guardUntil(130, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 failed: no lock",
                "0.5 replace 192.0.2.1 192.0.2.2",
                "0.5 failed: no lock",
                "1.5 replace 192.0.2.1 192.0.2.2",
                "1.5 failed: no lock",
                "3.5 replace 192.0.2.1 192.0.2.2",
                "3.5 failed: no lock",
                "7.5 replace 192.0.2.1 192.0.2.2",
                "7.5 failed: no lock",
                "15.5 replace 192.0.2.1 192.0.2.2",
                "15.5 failed: no lock",
                "31.5 replace 192.0.2.1 192.0.2.2",
                "31.5 failed: no lock",
                "61.5 replace 192.0.2.1 192.0.2.2",
                "61.5 failed: no lock",
                "91.5 replace 192.0.2.1 192.0.2.2",
                "91.5 failed: no lock",
                "121.5 replace 192.0.2.1 192.0.2.2",
                "121.5 recovered",
                "121.5 banned 192.0.2.1",
                "121.5 banned 192.0.2.2");
    }

    @Test
    void failureWithoutEndIsRetriedEveryThirtySeconds() {
        fail(1_000);
        timeline.at(0, () -> found(A));
        guardUntil(3_000, policy(Duration.ZERO, 100));
        List<String> tries =
                recorder.log().stream().filter(line -> line.contains("replace")).toList();
        assertEquals("2971.5 replace 192.0.2.1", tries.get(tries.size() - 1));
        assertEquals("2941.5 replace 192.0.2.1", tries.get(tries.size() - 2));
        assertEquals(104, tries.size());
    }

    @Test
    void afterARecoveryTheNextFailureIsRetriedSoonAgain() {
        fail(3);
        timeline.at(0, () -> found(A));
        timeline.at(100, () -> {
            fail(1);
            found(B);
        });
        guardUntil(110, TEN_MINUTES);
        assertEquals(
                List.of(
                        "100 add 192.0.2.2",
                        "100 failed: no lock",
                        "100.5 replace 192.0.2.1 192.0.2.2",
                        "100.5 recovered",
                        "100.5 banned 192.0.2.2"),
                recorder.log().subList(9, recorder.log().size()));
    }

    @Test
    void failureOfAnyOtherKindIsRetriedToo() {
        recorder.failWith(new IOException("Cannot run program"));
        timeline.at(0, () -> found(A));
        guardUntil(10, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 failed: Cannot run program",
                "0.5 replace 192.0.2.1",
                "0.5 recovered",
                "0.5 banned 192.0.2.1");
    }

    @Test
    void banThatCouldNotBeLiftedIsTriedAgain() {
        timeline.at(0, () -> found(A));
        timeline.at(599, () -> fail(1));
        guardUntil(700, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "600 lift 192.0.2.1",
                "600 failed: no lock",
                "600.5 replace",
                "600.5 recovered",
                "600.5 lifted 192.0.2.1");
    }

    @Test
    void banThatEndsBeforeItCouldBeMadeIsNeitherBannedNorLifted() {
        fail(4);
        timeline.at(0, () -> found(A));
        guardUntil(20, policy(Duration.ofSeconds(2), 100));
        assertLog(
                "0 add 192.0.2.1",
                "0 failed: no lock",
                "0.5 replace 192.0.2.1",
                "0.5 failed: no lock",
                "1.5 replace 192.0.2.1",
                "1.5 failed: no lock",
                "3.5 replace",
                "3.5 failed: no lock",
                "7.5 replace",
                "7.5 recovered");
    }

    @Test
    void chainThatIsFoundGoneIsPutBackWithEachBan() {
        timeline.at(0, () -> found(A));
        timeline.at(10, () -> {
            recorder.failWith(new FirewallException(Kind.CHAIN_GONE, "chain gone"));
            found(B);
        });
        guardUntil(20, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "10 add 192.0.2.2",
                "10 replace 192.0.2.1 192.0.2.2",
                "10 repaired: chain gone",
                "10 banned 192.0.2.2");
    }

    @Test
    void chainThatGoesAgainAndAgainIsPutUpEverMoreSeldom() {
        for (int i = 0; i < 4; i++) {
            recorder.failWith(new FirewallException(Kind.CHAIN_GONE, "chain gone"));
        }
        timeline.at(0, () -> found(A));
        guardUntil(20, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 replace 192.0.2.1",
                "0 failed: chain gone",
                "0.5 replace 192.0.2.1",
                "0.5 failed: chain gone",
                "1.5 replace 192.0.2.1",
                "1.5 failed: chain gone",
                "3.5 replace 192.0.2.1",
                "3.5 recovered",
                "3.5 repaired: chain gone",
                "3.5 banned 192.0.2.1");
    }

    @Test
    void damageIsFoundByTheNextCheckAndRepairedWithEachBan() {
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> found(A));
        timeline.at(2, () -> found(B));
        timeline.at(9, () -> recorder.meddle(State.DAMAGED, "the jump is gone", List.of()));
        guardUntil(20, TEN_MINUTES);
        assertEquals(
                List.of("12 replace 192.0.2.1 192.0.2.2", "12 repaired: the jump is gone"),
                recorder.log().subList(4, recorder.log().size()));
        assertEquals(Set.of(Prefix.parse(A), Prefix.parse(B)), recorder.inForce());
    }

    @Test
    void damageThatSomebodyDoesAgainAndAgainIsRepairedEverMoreSeldom() {
        checkEvery = 4_000_000_000L;
        for (int second = 1; second < 400; second++) {
            timeline.at(second, () -> recorder.meddle(State.DAMAGED, "not first", List.of()));
        }
        guardUntil(300, TEN_MINUTES);
        assertEquals(
                List.of("4", "8", "12", "16", "24", "40", "72", "136", "200", "264"),
                recorder.log().stream()
                        .filter(line -> line.endsWith("repaired: not first"))
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .toList());
    }

    @Test
    void damageThatIsAnnouncedIsRepairedAtOnceAndLookedAtOnceMore() {
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> found(A));
        timeline.at(9.5, () -> damage("the jump is gone"));
        guardUntil(20, TEN_MINUTES);
        assertEquals(
                List.of("9.5 replace 192.0.2.1", "9.5 repaired: the jump is gone"),
                recorder.log().subList(2, recorder.log().size()));
        assertEquals(List.of("4", "8", "9.5", "10.5", "14.5", "18.5"), recorder.checks());
    }

    @Test
    void rulesThatChangeAllTheTimeAreLookedAtOnceASecond() {
        checkEvery = 4_000_000_000L;
        for (int i = 100; i < 1000; i++) {
            timeline.at(i / 100.0, recorder::announce);
        }
        guardUntil(12, TEN_MINUTES);
        assertEquals(List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), recorder.checks());
    }

    @Test
    void scannerIsBannedBeforeChangesAreLookedAt() {
        timeline.at(1, () -> {
            damage("the jump is gone");
            found(A);
        });
        guardUntil(2, TEN_MINUTES);
        assertLog("1 add 192.0.2.1", "1 banned 192.0.2.1", "1 replace 192.0.2.1", "1 repaired: the jump is gone");
    }

    @Test
    void whoUndoesEachRepairIsFoughtEverMoreSeldomThoughTheirsIsAnnounced() {
        checkEvery = 4_000_000_000L;
        for (int i = 10; i < 4_000; i++) {
            timeline.at(i / 10.0, () -> damage("not first"));
        }
        guardUntil(150, TEN_MINUTES);
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
    void damageThatCannotBeRepairedIsTriedAgain() {
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> {
            recorder.meddle(State.DAMAGED, "the jump is gone", List.of());
            fail(1);
        });
        guardUntil(7, TEN_MINUTES);
        assertLog("4 replace", "4 failed: no lock", "4.5 replace", "4.5 recovered", "4.5 repaired: the jump is gone");
    }

    @Test
    void whatTheUserBansAndLiftsByHandIsGoneBy() {
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
        guardUntil(63, TEN_MINUTES);
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
    void bansThatAnEarlierRunLeftGoOnUnlessTheyAreOverOrAllowedNow() throws IOException {
        allowList = AllowList.of(List.of(Prefix.parse(C)));
        timeline.pass(100);
        recorder.meddle(
                State.INTACT,
                "",
                List.of(
                        new Ban(Prefix.parse(A), Instant.EPOCH, Duration.ofSeconds(160), 3, ""),
                        new Ban(Prefix.parse(B), Instant.EPOCH, Duration.ofSeconds(99)),
                        new Ban(Prefix.parse(C), Instant.EPOCH, Duration.ZERO)));
        BanLoop guard = guard(new BanPolicy(Duration.ofSeconds(10), Duration.ofHours(1), 10, 10, false), recorder);
        assertEquals(1, guard.takeOver().size());
        assertEquals(1, guard.banned());
        timeline.at(110, () -> found(A));
        timeline.at(170, () -> found(A));
        timeline.at(171, guard::stop);
        guard.run();
        assertLog(
                "100 replace 192.0.2.1",
                "160 lift 192.0.2.1",
                "160 lifted 192.0.2.1",
                "170 add 192.0.2.1",
                "170 banned 192.0.2.1");
        assertEquals(
                List.of(new BanRecord(Prefix.parse(A), 4, Instant.ofEpochSecond(250))),
                guard.history().all());
    }

    @Test
    void firewallThatEndsBansIsNotToldToLiftThem() {
        recorder.endsBans = true;
        timeline.at(0, () -> found(A));
        timeline.at(0.3, () -> found(B));
        guardUntil(700, TEN_MINUTES);
        assertEquals(
                List.of("600 lifted 192.0.2.1", "600.3 lifted 192.0.2.2"),
                recorder.log().subList(4, recorder.log().size()));
    }

    @Test
    void banOfWhoComesToBeAllowedIsLifted() {
        recorder.endsBans = true;
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> found(A, B));
        timeline.at(2, () -> allowList = AllowList.of(List.of(Prefix.parse("192.0.2.0/31"))));
        guardUntil(10, TEN_MINUTES);
        assertEquals(
                List.of("4 allow", "4 lift 192.0.2.1", "4 lifted 192.0.2.1"),
                recorder.log().subList(3, recorder.log().size()));
    }

    @Test
    void sourceThatComesBackIsBannedForTwiceAsLongEachTimeUpToTheLongest() {
        recorder.endsBans = true;
        BanPolicy doubling = new BanPolicy(Duration.ofSeconds(10), Duration.ofSeconds(35), 10, 1_000, false);
        for (double time : new double[] {0, 20, 50, 90, 200}) {
            timeline.at(time, () -> found(A));
        }
        guardUntil(300, doubling);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "10 lifted 192.0.2.1",
                "20 add 192.0.2.1",
                "20 banned 192.0.2.1",
                "40 lifted 192.0.2.1",
                "50 add 192.0.2.1",
                "50 banned 192.0.2.1",
                "85 lifted 192.0.2.1",
                "90 add 192.0.2.1",
                "90 banned 192.0.2.1",
                "125 lifted 192.0.2.1",
                // It has been good for longer than the longest ban.
                "200 add 192.0.2.1",
                "200 banned 192.0.2.1",
                "210 lifted 192.0.2.1");
    }

    @Test
    void offendersThatAnEarlierRunKnewAreRemembered() {
        recorder.endsBans = true;
        BanLoop guard = guard(new BanPolicy(Duration.ofSeconds(10), Duration.ofHours(1), 10, 10, false), recorder);
        guard.history().add(List.of(new BanRecord(Prefix.parse(A), 2, Instant.EPOCH)));
        timeline.at(1, () -> found(A));
        timeline.at(100, guard::stop);
        guard.run();
        assertLog("1 add 192.0.2.1", "1 banned 192.0.2.1", "41 lifted 192.0.2.1");
    }

    @Test
    void banOfWhoGoesOnScanningBeginsAnewIfThatIsWanted() {
        recorder.endsBans = true;
        timeline.at(0, () -> found(A));
        timeline.at(60, () -> found(A, "198.51.100.1", true));
        timeline.at(61, () -> found(A, "198.51.100.2", false));
        guardUntil(700, new BanPolicy(Duration.ofMinutes(10), Duration.ofHours(24), 10, 10, true));
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "60 add 192.0.2.1",
                "60 banned 192.0.2.1",
                "660 lifted 192.0.2.1");
    }

    @Test
    void moreThanTheBudgetAreRefusedAndThatIsSaidOnceUntilItHasRecovered() {
        recorder.endsBans = true;
        timeline.at(0, () -> found(A, B, C, "192.0.2.4"));
        timeline.at(29, () -> found("192.0.2.5"));
        timeline.at(29, () -> found("192.0.2.6"));
        timeline.at(70, () -> found("192.0.2.7"));
        guardUntil(80, new BanPolicy(Duration.ofMinutes(10), Duration.ofHours(24), 100, 2, false));
        assertLog(
                "0 budget spent",
                "0 refused 192.0.2.3 OVER_BUDGET",
                "0 refused 192.0.2.4 OVER_BUDGET",
                "0 add 192.0.2.1 192.0.2.2",
                "0 banned 192.0.2.1",
                "0 banned 192.0.2.2",
                "29 refused 192.0.2.5 OVER_BUDGET",
                "29 refused 192.0.2.6 OVER_BUDGET",
                "70 budget restored after 4",
                "70 add 192.0.2.7",
                "70 banned 192.0.2.7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.1", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "ff02::1"})
    void addressThatNoHostHasIsNeverBanned(String forged) {
        timeline.at(0, () -> found(forged));
        guardUntil(10, TEN_MINUTES);
        assertLog("0 refused " + IpAddress.parse(forged) + " FORGED");
    }

    @Test
    void scannerIsRefusedWhileAsManyBansAsPermittedAreInForce() {
        timeline.at(0, () -> found(A, B, C));
        timeline.at(1, () -> found(C));
        timeline.at(600.5, () -> found(C));
        guardUntil(601, policy(Duration.ofMinutes(10), 2));
        assertLog(
                "0 refused 192.0.2.3 FULL",
                "0 add 192.0.2.1 192.0.2.2",
                "0 banned 192.0.2.1",
                "0 banned 192.0.2.2",
                "1 refused 192.0.2.3 FULL",
                "600 lift 192.0.2.1 192.0.2.2",
                "600 lifted 192.0.2.1",
                "600 lifted 192.0.2.2",
                "600.5 add 192.0.2.3",
                "600.5 banned 192.0.2.3");
    }

    @Test
    void dryRunTellsWhatItWouldBan() {
        timeline.at(0, () -> found(A, B));
        timeline.at(1, () -> found(A));
        guardUntil(10, TEN_MINUTES, Firewall.dryRun());
        assertLog("0 would ban 192.0.2.1", "0 would ban 192.0.2.2");
    }

    @Test
    void whatWasFoundBeforeTheStopIsStillBanned() {
        timeline.at(1, () -> found(A));
        guardUntil(1, TEN_MINUTES);
        assertLog("1 add 192.0.2.1", "1 banned 192.0.2.1");
    }

    @Test
    void whatWasFoundBeforeAStopBeforeTheRunIsStillBanned() {
        BanLoop guard = guard(TEN_MINUTES, recorder);
        found(A);
        guard.stop();
        guard.run();
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1");
    }

    @Test
    void whatIsFoundWhileTheFirewallWorksIsStillBannedAfterAStop() {
        Firewall slow = new SlowFirewall();
        timeline.at(0, () -> found(A));
        timeline.at(1, () -> found(B));
        guardUntil(1, TEN_MINUTES, slow);
        assertLog("3 add 192.0.2.1", "3 banned 192.0.2.1", "6 add 192.0.2.2", "6 banned 192.0.2.2");
    }

    /** Each call takes three seconds. */
    private final class SlowFirewall extends OpenFirewall {
        @Override
        public Collection<Ban> replace(Collection<Ban> wanted, AllowList allowed, BansInForce believed)
                throws IOException {
            timeline.pass(3);
            return recorder.replace(wanted, allowed, believed);
        }

        @Override
        public void add(Collection<Ban> bans, BansInForce believed) throws IOException {
            timeline.pass(3);
            recorder.add(bans, believed);
        }
    }

    @Test
    void stopDoesNotWaitForARetry() {
        fail(5);
        timeline.at(0, () -> found(A));
        guardUntil(10, TEN_MINUTES);
        assertEquals(10_000_000_000L, timeline.now());
        assertEquals("7.5 failed: no lock", recorder.log().get(recorder.log().size() - 1));
    }

    @Test
    void bannedCountsWhatIsInForce() {
        BanLoop guard = guard(TEN_MINUTES, recorder);
        List<Integer> counts = new ArrayList<>();
        timeline.at(0, () -> found(A, B));
        timeline.at(1, () -> counts.add(guard.banned()));
        timeline.at(2, () -> found(C));
        timeline.at(3, () -> counts.add(guard.banned()));
        timeline.at(600.1, () -> counts.add(guard.banned()));
        timeline.at(700, () -> counts.add(guard.banned()));
        timeline.at(700, guard::stop);
        guard.run();
        assertEquals(List.of(2, 3, 1, 0), counts);
    }

    @Test
    void afterAnyFailuresTheFirewallHoldsJustWhatWasToldToBeBanned() {
        for (long seed = 0; seed < 500; seed++) {
            new BanLoopTest().randomRun(seed);
        }
    }

    private void randomRun(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            double time = random.nextInt(400) / 4.0;
            switch (random.nextInt(4)) {
                case 0 ->
                    timeline.at(
                            time,
                            () -> recorder.failWith(new FirewallException(
                                    random.nextInt(4) == 0 ? Kind.CHAIN_GONE : Kind.FAILED, "random")));
                case 1 -> timeline.at(time, () -> found(A, B, C));
                default -> {
                    String source = "198.51.100." + random.nextInt(12);
                    timeline.at(time, () -> found(source));
                }
            }
        }
        // All failures are over when each has had its call, at the latest with those that the bans' ends make.
        guardUntil(2_000 + random.nextInt(3), policy(Duration.ofSeconds(random.nextInt(5, 60)), 10));

        Set<Prefix> told = new HashSet<>();
        for (String line : recorder.log()) {
            String[] words = line.split(" ", -1);
            if (words[1].equals("banned") && !told.add(Prefix.parse(words[2]))) {
                throw new AssertionError("seed " + seed + ": banned twice: " + line + " in " + recorder.log());
            }
            if (words[1].equals("lifted") && !told.remove(Prefix.parse(words[2]))) {
                throw new AssertionError("seed " + seed + ": lifted without a ban: " + line + " in " + recorder.log());
            }
        }
        assertEquals(told, recorder.inForce(), "seed " + seed + ": " + recorder.log());
        assertEquals(Set.of(), told, "seed " + seed + ": bans outlast their length: " + recorder.log());
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            recorder.failWith(new FirewallException(Kind.FAILED, "no lock"));
        }
    }

    @Test
    void sourceOfIpv6IsBannedWithItsNetwork() {
        timeline.at(0, () -> found("2001:db8:0:1::66"));
        timeline.at(1, () -> found("2001:db8:0:1::67"));
        guardUntil(100, TEN_MINUTES);
        assertLog("0 add 2001:db8:0:1::/64", "0 banned 2001:db8:0:1::/64");
    }

    @Test
    void nobodyIsBannedOfSeveralInANetworkThatHoldsAnAllowedAddress() {
        allowList = AllowList.of(List.of(Prefix.parse("2001:db8:0:1::1")));
        Scan one = Scans.of(
                IpAddress.parse("2001:db8:0:1::66"),
                IpAddress.parse("2001:db8:0:1::1"),
                Instant.EPOCH,
                List.of(1),
                false);
        Scan several = new Scan(
                one.rule(),
                one.source(),
                one.prefix(),
                2,
                one.destination(),
                one.hosts(),
                one.detectedAt(),
                one.ports(),
                one.evidence(),
                false);
        timeline.at(0, () -> timeline.add(new BanLoop.Found(several)));
        timeline.at(1, () -> timeline.add(new BanLoop.Found(one)));
        guardUntil(100, TEN_MINUTES);
        assertLog(
                "0 spared 2001:db8:0:1::66 by 2001:db8:0:1::1",
                "0 allow",
                "1 add 2001:db8:0:1::66",
                "1 banned 2001:db8:0:1::66");
    }

    @Test
    void whatOnlyItsDestinationTellsBansNobodyUnlessThatIsTrusted() {
        allowList = AllowList.of(List.of(Prefix.parse("198.51.100.1")));
        timeline.at(0, () -> found(Evidence.Kind.ACK, A, "198.51.100.2"));
        timeline.at(1, () -> found(Evidence.Kind.ACK, B, "198.51.100.1"));
        guardUntil(100, TEN_MINUTES);
        assertLog("0 refused 192.0.2.1 FORGED", "0 allow", "1 add 192.0.2.2", "1 banned 192.0.2.2");
    }

    @Test
    void networkThatHoldsAnAllowedAddressIsNotBannedAsAWhole() {
        allowList = AllowList.of(List.of(Prefix.parse("2001:db8:0:1::67")));
        timeline.at(0, () -> found("2001:db8:0:1::66", "2001:db8:0:1::67"));
        guardUntil(100, TEN_MINUTES);
        assertLog(
                "0 spared 2001:db8:0:1::67 by 2001:db8:0:1::67",
                "0 allow",
                "0 add 2001:db8:0:1::66",
                "0 banned 2001:db8:0:1::66");
    }

    private void found(String... sources) {
        Arrays.stream(sources).forEach(source -> found(source, "198.51.100.1", false));
    }

    private void found(Evidence.Kind kind, String source, String destination) {
        timeline.add(new BanLoop.Found(Scans.of(
                kind,
                IpAddress.parse(source),
                IpAddress.parse(destination),
                Instant.EPOCH.plusNanos(timeline.now()),
                List.of(1, 2, 3, 4),
                false)));
    }

    private void found(String source, String destination, boolean ongoing) {
        timeline.add(new BanLoop.Found(Scans.of(
                IpAddress.parse(source),
                IpAddress.parse(destination),
                Instant.EPOCH.plusNanos(timeline.now()),
                List.of(1, 2, 3, 4),
                ongoing)));
    }

    private void guardUntil(double seconds, BanPolicy policy) {
        guardUntil(seconds, policy, recorder);
    }

    private void guardUntil(double seconds, BanPolicy policy, Firewall firewall) {
        BanLoop guard = guard(policy, firewall);
        timeline.at(seconds, guard::stop);
        guard.run();
    }

    private BanLoop guard(BanPolicy policy, Firewall firewall) {
        return new BanLoop(
                timeline, policy, () -> allowList, firewall, timeline::ticker, this::now, checkEvery, recorder);
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(timeline.now());
    }

    /** Each ban lasts as long as the first. */
    private static BanPolicy policy(Duration length, int most) {
        return new BanPolicy(length, length.isZero() ? Duration.ofHours(1) : length, most, 1_000, false);
    }

    private void assertLog(String... lines) {
        assertEquals(String.join("\n", lines), String.join("\n", recorder.log()));
    }
}
