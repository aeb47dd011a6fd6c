package io.tcptracker.core.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.core.Tracker;
import io.tcptracker.core.net.IpAddress;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.net.Prefix;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.ScanPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random scans while the allow list changes: no source on the list is ever banned. */
final class NeverBannedTest {
    private static final int RUNS = 300;

    @Test
    void allowedSourceIsNeverBanned() throws IOException {
        int bans = 0;
        for (long seed = 0; seed < RUNS; seed++) {
            bans += new Run(seed).play();
        }
        assertTrue(bans > 5 * RUNS, "too few bans to tell anything: " + bans);
    }

    /** A firewall that refuses bans of allowed sources, in a storm of scans from few addresses. */
    private static final class Run extends OpenFirewall {
        private final long seed;
        private final Random random;
        private final Set<Prefix> inForce = new HashSet<>();
        private AllowList allowed = AllowList.of(List.of());
        private long now;
        private int bans;

        Run(long seed) {
            this.seed = seed;
            random = new Random(seed);
        }

        int play() throws IOException {
            BanPolicy policy = new BanPolicy(
                    Duration.ofHours(1), Duration.ofHours(1), 1 + random.nextInt(50), 1_000, random.nextBoolean());
            Tracker tracker = new Tracker(
                    List.of(ScanPolicy.forMemory(3, Duration.ofSeconds(60), 1 << 20)),
                    policy,
                    () -> allowed,
                    this,
                    () -> now,
                    () -> Instant.EPOCH,
                    List.of());
            for (int round = 0; round < 4; round++) {
                allowed = someAllowed();
                // So that failed calls are retried.
                now += Duration.ofMinutes(1).toNanos();
                tracker.watch(storm());
                // A guard that is stopped first bans the scanners in its queue.
                tracker.stop();
                tracker.guard();
                for (Prefix source : inForce) {
                    assertEquals(Optional.empty(), allowed.overlapping(source), "seed " + seed + ", round " + round);
                }
            }
            return bans;
        }

        private AllowList someAllowed() {
            List<Prefix> some = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                IpAddress address = address();
                some.add(address.isV4() && random.nextInt(4) == 0 ? Prefix.parse("10.0.0.0/30") : Prefix.of(address));
            }
            return AllowList.of(some);
        }

        private IpAddress address() {
            return switch (random.nextInt(4)) {
                case 0 -> IpAddress.v4(random.nextInt());
                case 1 -> new IpAddress(0x20010db8L << 32, random.nextInt(16));
                case 2 -> new IpAddress(random.nextBoolean() ? 0xfe80L << 48 : 0xff02L << 48, random.nextInt(4));
                default -> IpAddress.v4(0x0a000000 + random.nextInt(16));
            };
        }

        private PacketSource storm() {
            return new PacketSource() {
                @Override
                public void run(Sink sink) {
                    for (int i = 0; i < 40; i++) {
                        IpAddress source = address();
                        IpAddress destination = source.isV4() ? IpAddress.v4(1) : new IpAddress(1, 1);
                        for (int port = 0; port < 1 + random.nextInt(8); port++) {
                            sink.accept(new Segment(i, source, 1, destination, port, Segment.SYN));
                        }
                    }
                    sink.idle(Long.MIN_VALUE);
                }

                @Override
                public Statistics statistics() {
                    return new Statistics(0, 0, 0, Map.of());
                }

                @Override
                public void close() {}
            };
        }

        private void take(Collection<Ban> some, AllowList now) {
            for (Ban ban : some) {
                assertEquals(Optional.empty(), now.overlapping(ban.source()), () -> "seed " + seed + ": " + ban);
                inForce.add(ban.source());
                bans++;
            }
        }

        @Override
        public Collection<Ban> replace(Collection<Ban> some, AllowList now, BansInForce believed) {
            inForce.clear();
            take(some, now);
            return some;
        }

        @Override
        public void add(Collection<Ban> some, BansInForce believed) throws IOException {
            if (now < Duration.ofMinutes(4).toNanos() && random.nextInt(5) == 0) {
                throw new IOException("random");
            }
            take(some, allowed);
        }

        @Override
        public void lift(Collection<Prefix> sources) {
            inForce.removeAll(sources);
        }

        @Override
        public boolean endsBans() {
            return true;
        }
    }
}
