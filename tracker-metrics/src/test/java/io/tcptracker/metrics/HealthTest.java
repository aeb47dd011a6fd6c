package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {
    private Optional<String> blindness = Optional.empty();
    private final Health health = new Health(() -> blindness);

    @Test
    void aNewTrackerIsHealthy() {
        assertEquals(Optional.empty(), health.trouble());
    }

    @Test
    void aTrackerIsUnhealthyWhileItsSourceIsBlind() {
        blindness = Optional.of("eth0 is down");
        assertEquals(Optional.of("eth0 is down"), health.trouble());
        blindness = Optional.empty();
        assertEquals(Optional.empty(), health.trouble());
    }

    @Test
    void aTrackerIsUnhealthyWhileItsFirewallFails() {
        health.firewallFailed("exit code 4");
        assertEquals(Optional.of("firewall can't be changed: exit code 4"), health.trouble());
        health.firewallRecovered();
        assertEquals(Optional.empty(), health.trouble());
    }

    @Test
    void aCaptureThatHasEndedStaysEnded() {
        health.captureEnded("eth0 is gone");
        blindness = Optional.of("closed");
        assertEquals(Optional.of("capture has ended: eth0 is gone"), health.trouble());
    }

    @Test
    void allTroublesAreInOneLine() {
        blindness = Optional.of("eth0 is down");
        health.firewallFailed("exit code 4:\nno such chain\n");
        assertEquals(
                Optional.of("eth0 is down; firewall can't be changed: exit code 4: no such chain"), health.trouble());
    }
}
