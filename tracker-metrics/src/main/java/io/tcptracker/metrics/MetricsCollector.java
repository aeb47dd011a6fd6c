package io.tcptracker.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import io.tcptracker.core.PacketSource;
import io.tcptracker.core.ScanDetector;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All metrics in Prometheus' text format 0.0.4. The label values are a fixed set: no address or port is ever among them,
 * or whoever sends packets could make as many time series as they like. Threadsafe.
 */
final class MetricsCollector {
    private final String version;
    private final EventCounters counters;
    private final Gauges gauges;
    private final CollectorRegistry jvm = new CollectorRegistry();

    MetricsCollector(String version, EventCounters counters, Gauges gauges) {
        this.version = version;
        this.counters = counters;
        this.gauges = gauges;
        DefaultExports.register(jvm);
    }

    String text() {
        // The time at which each counter was made doubles the number of series, and nobody asks for it.
        return trackerText() + text(jvm.filteredMetricFamilySamples(name -> !name.endsWith("_created")));
    }

    String trackerText() {
        return text(Collections.enumeration(families()));
    }

    private static String text(Enumeration<MetricFamilySamples> families) {
        StringWriter text = new StringWriter();
        try {
            TextFormat.write004(text, families);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private List<MetricFamilySamples> families() {
        long attempts = counters.attempts.get();
        PacketSource.Statistics packets = gauges.packets().get();
        ScanDetector.Statistics detection = gauges.detection().get();
        return List.of(
                counter("new_connections", "Attempts to open a TCP connection (SYN without ACK).", attempts),
                legacyNewConnections(attempts),
                counter("port_scans", "Port scans found.", counters.scans.get()),
                counter("blocks", "Bans put in force.", counters.bans.get()),
                gauge(
                        "blocked_sources",
                        "Sources banned now.",
                        gauges.sourcesBanned().getAsLong()),
                counters("bans_refused", "Scanners not banned, by the reason.", "reason", refused()),
                gauge(
                        "ban_budget_spent",
                        "1 while scanners are not banned since too many were within a minute, else 0.",
                        counters.overBudget ? 1 : 0),
                counter(
                        "firewall_repairs",
                        "How often something of ours was put back that others had changed in the firewall.",
                        counters.firewallRepairs.get()),
                counter(
                        "firewall_failures",
                        "Failed attempts to change the firewall.",
                        counters.firewallFailures.get()),
                counter(
                        "answers",
                        "Answers to attempts, by SYN-ACK or RST; none where only one direction is captured.",
                        detection.answers()),
                gauge("pairs_watched", "Pairs of source and destination watched now.", detection.pairsWatched()),
                counters(
                        "pairs_forgotten",
                        "Pairs that gave way to others before a window was over, by how many ports they had tried.",
                        "ports",
                        Map.of(
                                "one",
                                detection.forgottenAfterOnePort(),
                                "several",
                                detection.forgottenAfterSeveralPorts())),
                new GaugeMetricFamily(
                        "tcptracker_first_port_remembered_seconds",
                        "How long the first port of a pair is remembered; less than the window where memory is short.",
                        detection.reach().toNanos() / 1e9),
                counter("packets_received", "Packets that passed the capture filter.", packets.received()),
                age(
                        "capture_last_packet_age_seconds",
                        "Time since the last packet came.",
                        gauges.sincePacket().get()),
                age(
                        "capture_last_look_age_seconds",
                        "Time since the capture last looked for packets.",
                        gauges.sinceLook().get()),
                counters(
                        "packets_dropped",
                        "Packets that were lost before they could be read.",
                        "where",
                        Map.of("kernel", packets.droppedByKernel(), "interface", packets.droppedByInterface())),
                counters("packets_undecodable", "Packets that made no sense.", "reason", packets.undecodable()),
                counters(
                        "queue_dropped",
                        "What found no room in a queue.",
                        "queue",
                        Map.of(
                                "scans",
                                counters.scansDropped.get(),
                                "log",
                                gauges.logLinesDropped().getAsLong())),
                new GaugeMetricFamily(
                                "tcptracker_build_info", "Always 1; the version is the label.", List.of("version"))
                        .addMetric(List.of(version), 1));
    }

    private Map<String, Long> refused() {
        Map<String, Long> refused = new TreeMap<>();
        counters.bansRefused.forEach((why, count) -> refused.put(why.name().toLowerCase(Locale.ROOT), count.get()));
        return refused;
    }

    /** Dashboards of the first version ask for this name, which the client library refuses to give a counter. */
    private static MetricFamilySamples legacyNewConnections(long attempts) {
        String name = "tcptracker_new_connections";
        return new MetricFamilySamples(
                name,
                Collector.Type.UNKNOWN,
                "The same as tcptracker_new_connections_total, under its former name.",
                List.of(new Sample(name, List.of(), List.of(), (double) attempts)));
    }

    private static MetricFamilySamples counter(String name, String help, long value) {
        return new CounterMetricFamily("tcptracker_" + name, help, (double) value);
    }

    private static MetricFamilySamples counters(String name, String help, String label, Map<String, Long> values) {
        CounterMetricFamily family = new CounterMetricFamily("tcptracker_" + name, help, List.of(label));
        new TreeMap<>(values).forEach((each, value) -> family.addMetric(List.of(each), value.doubleValue()));
        return family;
    }

    /** Not there while there is nothing to be told: any number would be a lie. */
    private static MetricFamilySamples age(String name, String help, Optional<Duration> age) {
        GaugeMetricFamily family = new GaugeMetricFamily("tcptracker_" + name, help, List.of());
        age.ifPresent(known -> family.addMetric(List.of(), Math.max(0, known.toNanos() / 1e9)));
        return family;
    }

    private static MetricFamilySamples gauge(String name, String help, long value) {
        return new GaugeMetricFamily("tcptracker_" + name, help, (double) value);
    }
}
