package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.core.scan.Scan;
import io.tcptracker.testing.Scans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scans for which a loop makes no ban. */
final class BanLoopRefusalsTest extends BanLoopFixture {
    @Test
    void allowedScannerIsSparedAndReportedOnce() {
        allowList = AllowList.of(List.of(Prefix.parse("192.0.2.0/31")));
        timeline.at(0, () -> found(A, B));
        timeline.at(60, () -> found(A, "198.51.100.1", true));
        runUntil(100, TEN_MINUTES);
        assertLog("0 spared 192.0.2.1 by 192.0.2.0/31", "0 allow", "0 add 192.0.2.2", "0 banned 192.0.2.2");
    }

    @Test
    void allowListMayChange() {
        timeline.at(0, () -> found(A));
        timeline.at(1, () -> allowList = AllowList.of(List.of(Prefix.parse("192.0.2.0/24"))));
        timeline.at(2, () -> found(B));
        runUntil(100, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "2 spared 192.0.2.2 by 192.0.2.0/24",
                "2 allow",
                "2 lift 192.0.2.1",
                "2 lifted 192.0.2.1");
    }

    @Test
    void banIsLiftedOnceItsSourceIsAllowed() {
        recorder.endsBans = true;
        checkEvery = 4_000_000_000L;
        timeline.at(1, () -> found(A, B));
        timeline.at(2, () -> allowList = AllowList.of(List.of(Prefix.parse("192.0.2.0/31"))));
        runUntil(10, TEN_MINUTES);
        assertEquals(
                List.of("4 allow", "4 lift 192.0.2.1", "4 lifted 192.0.2.1"),
                recorder.log().subList(3, recorder.log().size()));
    }

    @Test
    void severalScannersBesideAnAllowedAddressAreSpared() {
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
        runUntil(100, TEN_MINUTES);
        assertLog(
                "0 spared 2001:db8:0:1::66 by 2001:db8:0:1::1",
                "0 allow",
                "1 add 2001:db8:0:1::66",
                "1 banned 2001:db8:0:1::66");
    }

    @Test
    void networkWithAnAllowedAddressIsNotBannedAsAWhole() {
        allowList = AllowList.of(List.of(Prefix.parse("2001:db8:0:1::67")));
        timeline.at(0, () -> found("2001:db8:0:1::66", "2001:db8:0:1::67"));
        runUntil(100, TEN_MINUTES);
        assertLog(
                "0 spared 2001:db8:0:1::67 by 2001:db8:0:1::67",
                "0 allow",
                "0 add 2001:db8:0:1::66",
                "0 banned 2001:db8:0:1::66");
    }

    @Test
    void scanOfAcksIsBannedOnlyIfItsDestinationIsAllowed() {
        allowList = AllowList.of(List.of(Prefix.parse("198.51.100.1")));
        timeline.at(0, () -> found(Evidence.Kind.ACK, A, "198.51.100.2"));
        timeline.at(1, () -> found(Evidence.Kind.ACK, B, "198.51.100.1"));
        runUntil(100, TEN_MINUTES);
        assertLog("0 refused 192.0.2.1 FORGED", "0 allow", "1 add 192.0.2.2", "1 banned 192.0.2.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.1", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "ff02::1"})
    void impossibleSourceIsNeverBanned(String forged) {
        timeline.at(0, () -> found(forged));
        runUntil(10, TEN_MINUTES);
        assertLog("0 refused " + IpAddress.parse(forged) + " FORGED");
    }

    @Test
    void spentBudgetRefusesScannersAndIsReportedOnceUntilRestored() {
        recorder.endsBans = true;
        timeline.at(0, () -> found(A, B, C, "192.0.2.4"));
        timeline.at(29, () -> found("192.0.2.5"));
        timeline.at(29, () -> found("192.0.2.6"));
        timeline.at(70, () -> found("192.0.2.7"));
        runUntil(80, new BanPolicy(Duration.ofMinutes(10), Duration.ofHours(24), 100, 2, false));
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

    @Test
    void scannerIsRefusedWhileTheMostBansAreInForce() {
        timeline.at(0, () -> found(A, B, C));
        timeline.at(1, () -> found(C));
        timeline.at(600.5, () -> found(C));
        runUntil(601, policy(Duration.ofMinutes(10), 2));
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
}
