package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {
    private Optional<String> blindness = Optional.empty();
    private final Health health = new Health(() -> blindness);

    @Test
    void a_new_tracker_is_healthy() {
        assertEquals(Optional.empty(), health.trouble());
    }

    @Test
    void a_tracker_is_unhealthy_while_its_source_is_blind() {
        blindness = Optional.of("eth0 is down");
        assertEquals(Optional.of("eth0 is down"), health.trouble());
        blindness = Optional.empty();
        assertEquals(Optional.empty(), health.trouble());
    }

    @Test
    void a_tracker_is_unhealthy_while_its_firewall_fails() {
        health.firewallFailed("exit code 4");
        assertEquals(Optional.of("firewall can't be changed: exit code 4"), health.trouble());
        health.firewallRecovered();
        assertEquals(Optional.empty(), health.trouble());
    }

    @Test
    void a_capture_that_has_ended_stays_ended() {
        health.captureEnded("eth0 is gone");
        blindness = Optional.of("closed");
        assertEquals(Optional.of("capture has ended: eth0 is gone"), health.trouble());
    }

    @Test
    void all_troubles_are_in_one_line() {
        blindness = Optional.of("eth0 is down");
        health.firewallFailed("exit code 4:\nno such chain\n");
        assertEquals(
                Optional.of("eth0 is down; firewall can't be changed: exit code 4: no such chain"), health.trouble());
    }
}
