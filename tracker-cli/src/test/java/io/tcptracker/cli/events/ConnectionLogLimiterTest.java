package io.tcptracker.cli.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.Segment;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectionLogLimiterTest {
    private static final IpAddress HERE = IpAddress.parse("192.0.2.1");

    private static Segment attempt(double second, int source) {
        return new Segment((long) (second * 1e9), IpAddress.v4(source), 40_000, HERE, 80, Segment.SYN);
    }

    /** Returns a sum as connections/sources. */
    private static String sum(ConnectionLogLimiter rate) {
        Map<String, ?> sum = rate.take().orElseThrow().fields();
        return sum.get("connections") + "/" + sum.get("sources");
    }

    @Test
    void eachSecondHasItsOwnLines() {
        ConnectionLogLimiter rate = new ConnectionLogLimiter(2);
        assertTrue(rate.admits(attempt(7.0, 1)), "first");
        assertTrue(rate.admits(attempt(7.1, 2)), "second");
        assertFalse(rate.admits(attempt(7.999, 3)), "third");
        assertTrue(rate.admits(attempt(8.0, 4)), "first of the next second");
    }

    @Test
    void connectionsBeyondTheLimitAreSummedOnce() {
        ConnectionLogLimiter rate = new ConnectionLogLimiter(1);
        rate.admits(attempt(7.0, 1));
        assertTrue(rate.take().isEmpty(), "nothing to sum up");
        rate.admits(attempt(7.1, 2));
        rate.admits(attempt(7.2, 2));
        rate.admits(attempt(7.3, 3));
        assertEquals("3/2", sum(rate));
        assertTrue(rate.take().isEmpty(), "taken before");
    }

    @Test
    void rateOfZeroSumsUpAll() {
        ConnectionLogLimiter rate = new ConnectionLogLimiter(0);
        assertFalse(rate.admits(attempt(7.0, 1)));
        assertEquals("1/1", sum(rate));
    }

    @Test
    void timeThatRunsBackDoesNotEndTheLines() {
        ConnectionLogLimiter rate = new ConnectionLogLimiter(1);
        assertTrue(rate.admits(attempt(7.0, 1)));
        assertTrue(rate.admits(attempt(-3.0, 1)));
        assertTrue(rate.admits(attempt(7.0, 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100, 5_000, 10_240, 20_000, 300_000, 3_000_000})
    void sourcesAreEstimatedWithinEightPerCent(int distinct) {
        AddressEstimator addresses = new AddressEstimator();
        Random random = new Random(distinct);
        long high = random.nextLong();
        for (int i = 0; i < distinct; i++) {
            addresses.add(new IpAddress(high, i));
            addresses.add(new IpAddress(high, random.nextInt(i + 1))); // seen before
        }
        // The standard error is 1.6 %; the seed differs from run to run.
        assertEquals(distinct, (double) addresses.estimate(), distinct * 0.08 + 0.5);
        addresses.clear();
        assertEquals(0, addresses.estimate());
    }
}
