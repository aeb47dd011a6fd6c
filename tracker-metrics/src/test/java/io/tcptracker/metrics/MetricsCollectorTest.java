package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCollectorTest {
    private final MetricsCollector collector = new MetricsCollector("1.2.3", Given.counters(), Given.GAUGES);

    @Test
    void a_known_state_is_written_as_recorded() throws IOException {
        String expected;
        try (var golden = MetricsCollectorTest.class.getResourceAsStream("known-state.txt")) {
            expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(expected, collector.trackerText());
    }

    @Test
    void the_java_machine_is_reported_and_no_time_of_creation() {
        String text = collector.text();
        assertTrue(text.startsWith(collector.trackerText()));
        assertTrue(text.contains("\njvm_memory_bytes_used{"), text);
        assertFalse(text.contains("_created"), text);
    }

    @Test
    @Needs(programs = "promtool")
    void promtool_has_nothing_to_say(@TempDir Path directory) throws IOException {
        Path metrics = Files.writeString(directory.resolve("metrics"), collector.text());
        Shell.Result result = Shell.run("sh", "-c", "promtool check metrics < " + metrics);
        assertEquals(new Shell.Result(0, "", ""), result);
    }

    @Test
    void the_former_name_has_the_value_of_the_total() {
        EventCounters counters = new EventCounters();
        MetricsCollector each = new MetricsCollector("1.2.3", counters, Given.GAUGES);
        for (int i = 0; i < 3; i++) {
            String text = each.trackerText();
            assertTrue(text.contains("\ntcptracker_new_connections " + i + ".0\n"), text);
            assertTrue(text.contains("\ntcptracker_new_connections_total " + i + ".0\n"), text);
            counters.attempt(Given.ATTEMPT);
        }
    }

    @Test
    void count_read_by_another_thread_never_goes_back_and_ends_right() throws InterruptedException {
        EventCounters counters = new EventCounters();
        Thread counter = new Thread(() -> IntStream.range(0, 1_000_000).forEach(i -> counters.attempt(Given.ATTEMPT)));
        counter.start();
        long last = 0;
        while (counter.isAlive()) {
            long now = counters.attempts.get();
            assertTrue(now >= last, now + " after " + last);
            last = now;
        }
        counter.join();
        assertEquals(1_000_000, counters.attempts.get());
    }
}
