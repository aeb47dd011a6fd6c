package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsCollectorTest {
    private static CollectorRegistry registry(EventCounters counters) {
        CollectorRegistry registry = new CollectorRegistry();
        registry.register(new MetricsCollector("1.2.3", counters, Given.GAUGES));
        return registry;
    }

    @Test
    void aKnownStateIsWrittenAsRecorded() throws IOException {
        String expected;
        try (var golden = MetricsCollectorTest.class.getResourceAsStream("known-state.txt")) {
            expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
        }
        StringWriter text = new StringWriter();
        TextFormat.write004(text, registry(Given.counters()).metricFamilySamples());
        assertEquals(expected, text.toString());
    }

    @Test
    void theFormerNameHasTheValueOfTheTotal() {
        EventCounters counters = new EventCounters();
        CollectorRegistry registry = registry(counters);
        for (int attempts = 0; attempts < 3; attempts++) {
            assertEquals(attempts, registry.getSampleValue("tcptracker_new_connections"));
            assertEquals(attempts, registry.getSampleValue("tcptracker_new_connections_total"));
            counters.attempt(Given.ATTEMPT);
        }
    }

    @Test
    void aCounterReadByAnotherThreadNeverGoesBack() throws InterruptedException {
        EventCounters counters = new EventCounters();
        Thread capture = new Thread(() -> IntStream.range(0, 1_000_000).forEach(i -> counters.attempt(Given.ATTEMPT)));
        capture.start();
        long last = 0;
        while (capture.isAlive()) {
            long now = counters.attempts.get();
            assertTrue(now >= last, now + " after " + last);
            last = now;
        }
        capture.join();
        assertEquals(1_000_000, counters.attempts.get());
    }
}
