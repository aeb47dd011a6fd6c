package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BanBudgetTest {
    private static final long MINUTE = 60_000_000_000L;

    @Test
    void neverLetsThroughMoreWithinAMinuteAndAtALowRateLetsAllThrough() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int perMinute = 1 + random.nextInt(200);
            // As System.nanoTime may, the ticker starts anywhere and overflows.
            long now = Long.MAX_VALUE - random.nextInt(1_000);
            BanBudget budget = new BanBudget(perMinute, now);
            Deque<Long> within = new ArrayDeque<>();
            for (int i = 0; i < 3_000; i++) {
                now += random.nextInt(10) == 0 ? random.nextLong(2 * MINUTE) : random.nextLong(MINUTE / perMinute);
                if (budget.take(now)) {
                    within.add(now);
                }
                while (!within.isEmpty() && now - within.peek() >= MINUTE) {
                    within.remove();
                }
                assertTrue(within.size() <= perMinute, "seed " + seed + ": " + within.size() + " of " + perMinute);
            }
            for (int i = 0; i < 300; i++) {
                now += MINUTE / perMinute + 1;
                // What came before in a burst has to be a minute ago.
                now += i == 0 ? MINUTE : 0;
                assertTrue(budget.take(now), "seed " + seed + ": one at a time is within the budget");
            }
        }
    }

    @Test
    void hasRecoveredOnceHalfOfItCanBeHad() {
        BanBudget budget = new BanBudget(100, 0);
        for (int i = 0; i < 100; i++) {
            assertTrue(budget.take(i), "number " + i);
        }
        assertFalse(budget.hasRecovered(MINUTE + 49), "with half of it but one");
        assertTrue(budget.hasRecovered(MINUTE + 50), "with half of it");
    }

    @Test
    void budgetOfAMinuteCanBeSpentAtOnceAndIsBackAfterAMinute() {
        BanBudget budget = new BanBudget(100, 5);
        for (int round = 0; round < 3; round++) {
            long now = 5 + round * MINUTE;
            for (int i = 0; i < 100; i++) {
                assertTrue(budget.take(now), "number " + i + " of round " + round);
            }
            assertFalse(budget.take(now), "one more in round " + round);
            assertFalse(budget.take(now + MINUTE - 1), "a moment before a minute is over");
            assertFalse(budget.hasRecovered(now + MINUTE - 1), "a moment before a minute is over");
            assertTrue(budget.hasRecovered(now + MINUTE), "after a minute");
        }
    }
}
