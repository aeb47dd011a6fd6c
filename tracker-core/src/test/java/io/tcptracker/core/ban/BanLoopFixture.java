package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.ban.Firewall.FirewallException.Kind;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.scan.Evidence;
import io.tcptracker.testing.Scans;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** A ban loop on a timeline, and the log of its firewall and its listener. */
class BanLoopFixture {
    static final BanPolicy TEN_MINUTES = policy(Duration.ofMinutes(10), 100);
    static final String A = "192.0.2.1";
    static final String B = "192.0.2.2";
    static final String C = "192.0.2.3";

    final Timeline timeline = new Timeline();
    final Recorder recorder = new Recorder(timeline::now);
    AllowList allowList = AllowList.of(List.of());
    /** The nanoseconds between two checks; a test that needs no check keeps this one. */
    long checkEvery = Long.MAX_VALUE / 4;

    void fail(int times) {
        for (int i = 0; i < times; i++) {
            recorder.failWith(new FirewallException(Kind.FAILED, "no lock"));
        }
    }

    void found(String... sources) {
        Arrays.stream(sources).forEach(source -> found(source, "198.51.100.1", false));
    }

    void found(Evidence.Kind kind, String source, String destination) {
        timeline.add(new BanLoop.Found(Scans.of(
                kind,
                IpAddress.parse(source),
                IpAddress.parse(destination),
                Instant.EPOCH.plusNanos(timeline.now()),
                List.of(1, 2, 3, 4),
                false)));
    }

    void found(String source, String destination, boolean ongoing) {
        timeline.add(new BanLoop.Found(Scans.of(
                IpAddress.parse(source),
                IpAddress.parse(destination),
                Instant.EPOCH.plusNanos(timeline.now()),
                List.of(1, 2, 3, 4),
                ongoing)));
    }

    void runUntil(double seconds, BanPolicy policy) {
        runUntil(seconds, policy, recorder);
    }

    void runUntil(double seconds, BanPolicy policy, Firewall firewall) {
        BanLoop loop = loop(policy, firewall);
        timeline.at(seconds, loop::stop);
        loop.run();
    }

    BanLoop loop(BanPolicy policy, Firewall firewall) {
        return new BanLoop(
                timeline, policy, () -> allowList, firewall, timeline::ticker, this::now, checkEvery, recorder);
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(timeline.now());
    }

    /** Each ban lasts as long as the first. */
    static BanPolicy policy(Duration length, int most) {
        return new BanPolicy(length, length.isZero() ? Duration.ofHours(1) : length, most, 1_000, false);
    }

    void assertLog(String... lines) {
        assertEquals(String.join("\n", lines), String.join("\n", recorder.log()));
    }
}
