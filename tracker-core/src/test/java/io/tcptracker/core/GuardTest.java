package io.tcptracker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.Firewall.FirewallException;
import io.tcptracker.core.Firewall.FirewallException.Kind;
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

/** What a guard does, as a log in which each line starts with the time in seconds. */
final class GuardTest {
    private static final BanPolicy TEN_MINUTES = new BanPolicy(Duration.ofMinutes(10), 100);
    private static final String A = "192.0.2.1";
    private static final String B = "192.0.2.2";
    private static final String C = "192.0.2.3";

    private final Timeline timeline = new Timeline();
    private final Recorder recorder = new Recorder(timeline::now);
    private AllowList allowList = AllowList.of(List.of());

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
        assertLog("0 spared 192.0.2.1 by 192.0.2.0/31", "0 add 192.0.2.2", "0 banned 192.0.2.2");
    }

    @Test
    void allowListMayChange() {
        timeline.at(0, () -> found(A));
        timeline.at(1, () -> allowList = AllowList.of(List.of(Prefix.parse("192.0.2.0/24"))));
        timeline.at(2, () -> found(B));
        guardUntil(100, TEN_MINUTES);
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "2 spared 192.0.2.2 by 192.0.2.0/24");
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
                "601.5 replace 192.0.2.2",
                "601.5 lifted 192.0.2.1");
    }

    @Test
    void lastBanEndsByReplacingAllWithNone() {
        timeline.at(0, () -> found(A));
        guardUntil(700, TEN_MINUTES);
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "600 replace", "600 lifted 192.0.2.1");
    }

    @Test
    void bansThatEndWithinASecondOfTheLastThatEndedAreEndedTogether() {
        timeline.at(0, () -> found(A));
        timeline.at(0.3, () -> found(B));
        timeline.at(0.9, () -> found(C));
        guardUntil(700, TEN_MINUTES);
        assertEquals(
                List.of(
                        "600 replace 192.0.2.2 192.0.2.3",
                        "600 lifted 192.0.2.1",
                        "601 replace",
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
                "600 replace",
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
                "600 replace 192.0.2.1",
                "600 lifted 192.0.2.1",
                "600 banned 192.0.2.1");
    }

    @Test
    void banOfLengthZeroLasts() {
        timeline.at(0, () -> found(A));
        timeline.at(1e8, () -> found(B));
        guardUntil(2e8, new BanPolicy(Duration.ZERO, 100));
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "100000000 add 192.0.2.2", "100000000 banned 192.0.2.2");
    }

    @Test
    void banOfAYearEndsAfterAYear() {
        timeline.at(0, () -> found(A));
        guardUntil(3e8, new BanPolicy(Duration.ofDays(365), 100));
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "31536000 replace", "31536000 lifted 192.0.2.1");
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
        guardUntil(3_000, new BanPolicy(Duration.ZERO, 100));
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
                "600 replace",
                "600 failed: no lock",
                "600.5 replace",
                "600.5 recovered",
                "600.5 lifted 192.0.2.1");
    }

    @Test
    void banThatEndsBeforeItCouldBeMadeIsNeitherBannedNorLifted() {
        fail(4);
        timeline.at(0, () -> found(A));
        guardUntil(20, new BanPolicy(Duration.ofSeconds(2), 100));
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
    void bansInAChainThatIsGoneAreForgottenAndTheNewOneIsPutUpAtOnce() {
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
                "10 failed: chain gone",
                "10 lifted 192.0.2.1",
                "10 replace 192.0.2.2",
                "10 recovered",
                "10 banned 192.0.2.2");
    }

    @Test
    void scannerForgottenWithItsChainIsBannedAgainWhenItGoesOn() {
        timeline.at(0, () -> found(A));
        timeline.at(10, () -> {
            recorder.failWith(new FirewallException(Kind.CHAIN_GONE, "chain gone"));
            found(B);
        });
        timeline.at(60, () -> found(A, "198.51.100.1", true));
        guardUntil(70, TEN_MINUTES);
        assertEquals(
                List.of("60 add 192.0.2.1", "60 banned 192.0.2.1"),
                recorder.log().subList(8, recorder.log().size()));
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
                "0 failed: chain gone",
                "0 replace 192.0.2.1",
                "0 failed: chain gone",
                "1 replace 192.0.2.1",
                "1 failed: chain gone",
                "3 replace 192.0.2.1",
                "3 failed: chain gone",
                "7 replace 192.0.2.1",
                "7 recovered",
                "7 banned 192.0.2.1");
    }

    @Test
    void scannerIsRefusedWhileAsManyBansAsPermittedAreInForce() {
        timeline.at(0, () -> found(A, B, C));
        timeline.at(1, () -> found(C));
        timeline.at(600.5, () -> found(C));
        guardUntil(601, new BanPolicy(Duration.ofMinutes(10), 2));
        assertLog(
                "0 refused 192.0.2.3",
                "0 add 192.0.2.1 192.0.2.2",
                "0 banned 192.0.2.1",
                "0 banned 192.0.2.2",
                "1 refused 192.0.2.3",
                "600 replace",
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
        Guard guard = guard(TEN_MINUTES, recorder);
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
    private final class SlowFirewall implements Firewall {
        @Override
        public void replace(Collection<Ban> bans, AllowList allowed) throws IOException {
            timeline.pass(3);
            recorder.replace(bans, allowed);
        }

        @Override
        public void add(Collection<Ban> bans) throws IOException {
            timeline.pass(3);
            recorder.add(bans);
        }

        @Override
        public List<Ban> bans() {
            return recorder.bans();
        }

        @Override
        public void lift(Collection<Prefix> sources) {}

        @Override
        public void allow(AllowList allowed) {}

        @Override
        public Condition check() {
            return Condition.INTACT;
        }

        @Override
        public int capacity() {
            return 100;
        }

        @Override
        public boolean endsBans() {
            return false;
        }

        @Override
        public void close() {
            recorder.close();
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
        Guard guard = guard(TEN_MINUTES, recorder);
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
            new GuardTest().randomRun(seed);
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
        guardUntil(2_000 + random.nextInt(3), new BanPolicy(Duration.ofSeconds(random.nextInt(5, 60)), 10));

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

    private void found(String... sources) {
        Arrays.stream(sources).forEach(source -> found(source, "198.51.100.1", false));
    }

    private void found(String source, String destination, boolean ongoing) {
        timeline.add(new Guard.Found(new Scan(
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
        Guard guard = guard(policy, firewall);
        timeline.at(seconds, guard::stop);
        guard.run();
    }

    private Guard guard(BanPolicy policy, Firewall firewall) {
        return new Guard(timeline, policy, () -> allowList, firewall, timeline::ticker, recorder);
    }

    private void assertLog(String... lines) {
        assertEquals(String.join("\n", lines), String.join("\n", recorder.log()));
    }
}
