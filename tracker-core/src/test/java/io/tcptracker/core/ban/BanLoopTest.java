package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bans that a loop makes and lifts, as a log in which each line starts with the time in seconds. */
final class BanLoopTest extends BanLoopFixture {
    @Test
    void scannerOfManyDestinationsIsBannedOnce() {
        timeline.at(0, () -> found(A, "198.51.100.1", false));
        timeline.at(0, () -> found(A, "198.51.100.2", false));
        timeline.at(1, () -> found(A, "198.51.100.3", false));
        timeline.at(60, () -> found(A, "198.51.100.1", true));
        runUntil(100, TEN_MINUTES);
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1");
    }

    @Test
    void waitingScansAreBannedInOneCallInTheirOrder() {
        timeline.at(0, () -> found(C, B, A));
        runUntil(100, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.3 192.0.2.2 192.0.2.1",
                "0 banned 192.0.2.3",
                "0 banned 192.0.2.2",
                "0 banned 192.0.2.1");
    }

    @Test
    void ipv6SourceIsBannedWithItsNetwork() {
        timeline.at(0, () -> found("2001:db8:0:1::66"));
        timeline.at(1, () -> found("2001:db8:0:1::67"));
        runUntil(100, TEN_MINUTES);
        assertLog("0 add 2001:db8:0:1::/64", "0 banned 2001:db8:0:1::/64");
    }

    @Test
    void banIsLiftedWhenItsTimeIsUp() {
        timeline.at(1.5, () -> found(A));
        timeline.at(100, () -> found(B));
        runUntil(650, TEN_MINUTES);
        assertLog(
                "1.5 add 192.0.2.1",
                "1.5 banned 192.0.2.1",
                "100 add 192.0.2.2",
                "100 banned 192.0.2.2",
                "601.5 lift 192.0.2.1",
                "601.5 lifted 192.0.2.1");
    }

    @Test
    void lastBanIsLiftedToo() {
        timeline.at(0, () -> found(A));
        runUntil(700, TEN_MINUTES);
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "600 lift 192.0.2.1", "600 lifted 192.0.2.1");
    }

    @Test
    void bansThatEndWithinASecondAreLiftedTogether() {
        timeline.at(0, () -> found(A));
        timeline.at(0.3, () -> found(B));
        timeline.at(0.9, () -> found(C));
        runUntil(700, TEN_MINUTES);
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
    void firewallThatEndsBansIsNotToldToLiftThem() {
        recorder.endsBans = true;
        timeline.at(0, () -> found(A));
        timeline.at(0.3, () -> found(B));
        runUntil(700, TEN_MINUTES);
        assertEquals(
                List.of("600 lifted 192.0.2.1", "600.3 lifted 192.0.2.2"),
                recorder.log().subList(4, recorder.log().size()));
    }

    @Test
    void scanThatGoesOnAfterItsBanIsBannedAgain() {
        timeline.at(0, () -> found(A));
        timeline.at(599, () -> found(A, "198.51.100.1", true));
        timeline.at(660, () -> found(A, "198.51.100.1", true));
        runUntil(700, TEN_MINUTES);
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
        runUntil(700, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "600 add 192.0.2.1",
                "600 lifted 192.0.2.1",
                "600 banned 192.0.2.1");
    }

    @Test
    void banOfAnOngoingScanIsRenewedOnRequest() {
        recorder.endsBans = true;
        timeline.at(0, () -> found(A));
        timeline.at(60, () -> found(A, "198.51.100.1", true));
        timeline.at(61, () -> found(A, "198.51.100.2", false));
        runUntil(700, new BanPolicy(Duration.ofMinutes(10), Duration.ofHours(24), 10, 10, true));
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "60 add 192.0.2.1",
                "60 banned 192.0.2.1",
                "660 lifted 192.0.2.1");
    }

    @Test
    void banOfLengthZeroLasts() {
        timeline.at(0, () -> found(A));
        timeline.at(1e8, () -> found(B));
        runUntil(2e8, policy(Duration.ZERO, 100));
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "100000000 add 192.0.2.2", "100000000 banned 192.0.2.2");
    }

    @Test
    void banOfAYearEndsAfterAYear() {
        timeline.at(0, () -> found(A));
        runUntil(3e8, policy(Duration.ofDays(365), 100));
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1", "31536000 lift 192.0.2.1", "31536000 lifted 192.0.2.1");
    }

    @Test
    void repeatOffenderIsBannedForTwiceAsLongUpToTheLongest() {
        recorder.endsBans = true;
        BanPolicy doubling = new BanPolicy(Duration.ofSeconds(10), Duration.ofSeconds(35), 10, 1_000, false);
        for (double time : new double[] {0, 20, 50, 90, 200}) {
            timeline.at(time, () -> found(A));
        }
        runUntil(300, doubling);
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
    void offendersOfAnEarlierRunAreRemembered() {
        recorder.endsBans = true;
        BanLoop loop = loop(new BanPolicy(Duration.ofSeconds(10), Duration.ofHours(1), 10, 10, false), recorder);
        loop.history().add(List.of(new BanRecord(Prefix.parse(A), 2, Instant.EPOCH)));
        timeline.at(1, () -> found(A));
        timeline.at(100, loop::stop);
        loop.run();
        assertLog("1 add 192.0.2.1", "1 banned 192.0.2.1", "41 lifted 192.0.2.1");
    }

    @Test
    void dryRunReportsTheBansItWouldMake() {
        timeline.at(0, () -> found(A, B));
        timeline.at(1, () -> found(A));
        runUntil(10, TEN_MINUTES, Firewall.dryRun());
        assertLog("0 would ban 192.0.2.1", "0 would ban 192.0.2.2");
    }

    @Test
    void bannedCountsTheBansInForce() {
        BanLoop loop = loop(TEN_MINUTES, recorder);
        List<Integer> counts = new ArrayList<>();
        timeline.at(0, () -> found(A, B));
        timeline.at(1, () -> counts.add(loop.banned()));
        timeline.at(2, () -> found(C));
        timeline.at(3, () -> counts.add(loop.banned()));
        timeline.at(600.1, () -> counts.add(loop.banned()));
        timeline.at(700, () -> counts.add(loop.banned()));
        timeline.at(700, loop::stop);
        loop.run();
        assertEquals(List.of(2, 3, 1, 0), counts);
    }

    @Test
    void scanBeforeTheStopIsStillBanned() {
        timeline.at(1, () -> found(A));
        runUntil(1, TEN_MINUTES);
        assertLog("1 add 192.0.2.1", "1 banned 192.0.2.1");
    }

    @Test
    void scanBeforeAStopBeforeTheRunIsStillBanned() {
        BanLoop loop = loop(TEN_MINUTES, recorder);
        found(A);
        loop.stop();
        loop.run();
        assertLog("0 add 192.0.2.1", "0 banned 192.0.2.1");
    }

    @Test
    void scanDuringAFirewallCallIsStillBannedAfterAStop() {
        Firewall slow = new SlowFirewall();
        timeline.at(0, () -> found(A));
        timeline.at(1, () -> found(B));
        runUntil(1, TEN_MINUTES, slow);
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
}
