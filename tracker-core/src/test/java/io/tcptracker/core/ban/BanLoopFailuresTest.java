package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.Prefix;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The retries of a loop whose firewall fails. */
final class BanLoopFailuresTest extends BanLoopFixture {
    @Test
    void failedBansAreRetriedTogetherAtGrowingIntervals() {
        fail(9);
        timeline.at(0, () -> found(A));
        timeline.at(0.2, () -> found(B));
        runUntil(130, TEN_MINUTES);
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
    void permanentFailureIsRetriedEveryThirtySeconds() {
        fail(1_000);
        timeline.at(0, () -> found(A));
        runUntil(3_000, policy(Duration.ZERO, 100));
        List<String> tries =
                recorder.log().stream().filter(line -> line.contains("replace")).toList();
        assertEquals("2971.5 replace 192.0.2.1", tries.get(tries.size() - 1));
        assertEquals("2941.5 replace 192.0.2.1", tries.get(tries.size() - 2));
        assertEquals(104, tries.size());
    }

    @Test
    void firstRetryAfterARecoveryIsSoonAgain() {
        fail(3);
        timeline.at(0, () -> found(A));
        timeline.at(100, () -> {
            fail(1);
            found(B);
        });
        runUntil(110, TEN_MINUTES);
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
    void failureOfAnotherKindIsRetriedToo() {
        recorder.failWith(new IOException("Cannot run program"));
        timeline.at(0, () -> found(A));
        runUntil(10, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 failed: Cannot run program",
                "0.5 replace 192.0.2.1",
                "0.5 recovered",
                "0.5 banned 192.0.2.1");
    }

    @Test
    void failedLiftIsRetriedByReplacingAll() {
        timeline.at(0, () -> found(A));
        timeline.at(599, () -> fail(1));
        runUntil(700, TEN_MINUTES);
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
    void banThatEndsBeforeItSucceedsIsNeverReported() {
        fail(4);
        timeline.at(0, () -> found(A));
        runUntil(20, policy(Duration.ofSeconds(2), 100));
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
    void missingChainIsRestoredWithEachBan() {
        timeline.at(0, () -> found(A));
        timeline.at(10, () -> {
            recorder.failWith(new FirewallException(Kind.CHAIN_GONE, "chain gone"));
            found(B);
        });
        runUntil(20, TEN_MINUTES);
        assertLog(
                "0 add 192.0.2.1",
                "0 banned 192.0.2.1",
                "10 add 192.0.2.2",
                "10 replace 192.0.2.1 192.0.2.2",
                "10 repaired: chain gone",
                "10 banned 192.0.2.2");
    }

    @Test
    void repeatedlyMissingChainIsRestoredAtGrowingIntervals() {
        for (int i = 0; i < 4; i++) {
            recorder.failWith(new FirewallException(Kind.CHAIN_GONE, "chain gone"));
        }
        timeline.at(0, () -> found(A));
        runUntil(20, TEN_MINUTES);
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
    void stopDoesNotWaitForARetry() {
        fail(5);
        timeline.at(0, () -> found(A));
        runUntil(10, TEN_MINUTES);
        assertEquals(10_000_000_000L, timeline.now());
        assertEquals("7.5 failed: no lock", recorder.log().get(recorder.log().size() - 1));
    }

    @Test
    void firewallHoldsTheReportedBansAfterRandomFailures() {
        for (long seed = 0; seed < 500; seed++) {
            new BanLoopFailuresTest().randomRun(seed);
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
        runUntil(2_000 + random.nextInt(3), policy(Duration.ofSeconds(random.nextInt(5, 60)), 10));

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
}
