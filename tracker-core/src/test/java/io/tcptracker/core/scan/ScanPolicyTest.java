package io.tcptracker.core.scan;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.scan.Evidence.Kind;
import io.tcptracker.core.scan.ScanPolicy.Rule;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScanPolicyTest {
    @Test
    void defaultIsMoreThanThreePortsInAMinute() {
        assertEquals(new ScanPolicy(3, Duration.ofMinutes(1), 131_072), ScanPolicy.DEFAULT);
    }

    @Test
    void policyForMemoryTakesThatMuchAtTheMost() {
        assertEquals(48 << 20, ScanPolicy.DEFAULT.memory());
        for (long bytes : new long[] {1 << 20, 10_000_000, 3L << 30}) {
            long memory = ScanPolicy.forMemory(3, Duration.ofMinutes(1), bytes).memory();
            assertTrue(memory <= bytes && memory > bytes - 1_000, memory + " for " + bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, 0, (1 << 20) - 1, (3L << 30) + 1, Long.MAX_VALUE})
    void memoryOutOfBoundsIsRefusedInOneLine(long bytes) {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> ScanPolicy.forMemory(3, Duration.ofMinutes(1), bytes));
        assertEquals("the memory is 1 MiB to 3 GiB, not " + bytes + " bytes", refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1, PT1M, 2", "1000, PT1M, 10000000", "3, PT0.001S, 100", "3, PT24H, 100"})
    void extremesAreAccepted(int ports, Duration window, int pairs) {
        assertDoesNotThrow(() -> new ScanPolicy(ports, window, pairs));
    }

    @ParameterizedTest
    @CsvSource({
        "0,           PT1M,             100,         'the number of ports is 1 to 1000, not 0'",
        "-1,          PT1M,             100,         'the number of ports is 1 to 1000, not -1'",
        "1001,        PT1M,             100,         'the number of ports is 1 to 1000, not 1001'",
        "2147483647,  PT1M,             100,         'the number of ports is 1 to 1000, not 2147483647'",
        "3,           PT0S,             100,         the window is 1ms to 24h",
        "3,           PT-1M,            100,         the window is 1ms to 24h",
        "3,           PT0.000999999S,   100,         the window is 1ms to 24h",
        "3,           PT24H0.000000001S,100,         the window is 1ms to 24h",
        "3,           PT9999999999999S, 100,         the window is 1ms to 24h",
        "3,           PT1M,             1,           'the number of pairs is 2 to 10000000, not 1'",
        "3,           PT1M,             10000001,    'the number of pairs is 2 to 10000000, not 10000001'",
    })
    void anythingBeyondIsRefusedInOneLine(int ports, Duration window, int pairs, String message) {
        var refused = assertThrows(IllegalArgumentException.class, () -> new ScanPolicy(ports, window, pairs));
        assertEquals(message, refused.getMessage());
    }

    @Nested
    final class Text {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "vertical:3/60s                 | VERTICAL    | 3  | PT1M   | 7  | true",
                    "vertical:3/60s,unanswered=2    | VERTICAL    | 3  | PT1M   | 2  | true",
                    "vertical:3/60s,unanswered=0    | VERTICAL    | 3  | PT1M   | 0  | true",
                    "slow:20/1h,block               | SLOW        | 19 | PT1H   | 7  | true",
                    "slow:20/1h,unanswered=10,block | SLOW        | 19 | PT1H   | 10 | true",
                    "sweep:20/60s                   | SWEEP       | 19 | PT1M   | 20 | false",
                    "distributed:50/4500ms          | DISTRIBUTED | 49 | PT4.5S | 50 | false",
                })
        void ruleIsAKindANumberAWindowAndMore(
                String text, Rule rule, int ports, Duration window, int unanswered, boolean bans) {
            ScanPolicy base = ScanPolicy.DEFAULT
                    .withUnanswered(7, Duration.ofSeconds(1))
                    .withIpv6Prefix(48)
                    .withMemory(5 << 20);
            assertEquals(
                    new ScanPolicy(rule, ports, window, unanswered, Duration.ofSeconds(1), 48, bans, base.pairs()),
                    ScanPolicy.parse(text, base));
        }

        @ParameterizedTest
        @EnumSource(Rule.class)
        void eachRuleIsReadAsItIsWritten(Rule rule) {
            Random random = new Random(rule.name().hashCode());
            for (int i = 0; i < 10_000; i++) {
                ScanPolicy policy = random(rule, random);
                assertEquals(policy, ScanPolicy.parse(policy.toString(), ScanPolicy.DEFAULT), policy.toString());
            }
        }

        private static ScanPolicy random(Rule rule, Random random) {
            int unanswered = random.nextBoolean() ? 0 : 1 + random.nextInt(100);
            int ports = rule.isAboutPairs() ? 1 + random.nextInt(999) : 1 + random.nextInt(99);
            long[] units = {1, 1_000, 60_000, 3_600_000};
            long unit = units[random.nextInt(units.length)];
            long millis = Math.max(3_000, unit * (1 + random.nextInt((int) (86_400_000 / unit))));
            return new ScanPolicy(
                    rule,
                    ports,
                    Duration.ofMillis(millis),
                    rule.isAboutPairs() ? unanswered : ports + 1,
                    ScanPolicy.DEFAULT.answerTimeout(),
                    ScanPolicy.DEFAULT.ipv6Prefix(),
                    rule == Rule.VERTICAL || (rule != Rule.DISTRIBUTED && random.nextBoolean()),
                    ScanPolicy.DEFAULT.pairs());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "vertical",
                    "vertical:3",
                    "vertical:/60s",
                    "fast:3/60s",
                    "Vertical:3/60s",
                    "vertical:3/60s,",
                    "vertical:3/60s,unanswered",
                    "vertical:3/60s,unanswered=",
                    "vertical:3/60s,unanswered=-1",
                    "slow:20/1h,block,unanswered=2",
                    "slow:20/1h,block,block",
                    "slow:20/1h block",
                })
        void otherTextIsRefusedWithTheRightForm(String text) {
            assertEquals(
                    "'" + text + "' is not a rule; write it like vertical:3/60s, slow:20/1h, sweep:20/60s or"
                            + " distributed:50/60s. vertical and slow accept ,unanswered=2, and slow and sweep accept"
                            + " ,block at the end",
                    refusal(text));
        }

        @Test
        void impossibleRulesAreRefused() {
            assertEquals("the number after slow: is 2 to 1000, not 1", refusal("slow:1/1h"));
            assertEquals("the number of ports is 1 to 1000, not 1001", refusal("vertical:1001/1h"));
            assertEquals(
                    "sweep and distributed always count unanswered ports alone", refusal("sweep:20/60s,unanswered=2"));
            assertEquals(
                    "a distributed scan has no single source, so the rule cannot block",
                    refusal("distributed:50/60s,block"));
        }

        private static String refusal(String text) {
            var refused =
                    assertThrows(IllegalArgumentException.class, () -> ScanPolicy.parse(text, ScanPolicy.DEFAULT));
            return String.valueOf(refused.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void onlySynsOfOperatingSystemsHaveTwiceTheAnswerTimeout(Kind kind) {
        ScanPolicy policy = ScanPolicy.DEFAULT.withUnanswered(2, Duration.ofMillis(700));
        assertEquals(Duration.ofMillis(kind == Kind.CONNECT ? 1_400 : 700), policy.filteredAfter(kind));
    }
}
