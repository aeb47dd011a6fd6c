package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.prometheus.client.Collector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about metrics in the documents, compared with the metrics that are served. */
class MetricsPageTest {
    private static final Pattern NAME = Pattern.compile("`(tcptracker_\\w+)");

    @Test
    void thePageNamesEachMetricAndNoOther() throws IOException {
        String page = Files.readString(Path.of("../docs/metrics.md"));
        TreeSet<String> documented =
                NAME.matcher(page).results().map(name -> name.group(1)).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> served = new MetricsCollector("1.2.3", Given.counters(), Given.GAUGES)
                .collect().stream()
                        .map(family -> family.name + (family.type == Collector.Type.COUNTER ? "_total" : ""))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(served, documented);
    }
}
