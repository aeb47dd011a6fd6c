package io.tcptracker.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.tcptracker.core.net.PacketSource;
import io.tcptracker.core.scan.DetectorStatistics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A collector of all metrics of the tracker. The label values are a fixed set. An address or a port is never a label value,
 * or the senders of packets could make as many time series as they like. Threadsafe.
 */
final class MetricsCollector extends Collector {
    private final String version;
    private final EventCounters counters;
    private final Gauges gauges;

    MetricsCollector(String version, EventCounters counters, Gauges gauges) {
        this.version = version;
        this.counters = counters;
        this.gauges = gauges;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        return Stream.of(
                        events(),
                        blocking(),
                        detection(gauges.detection().get()),
                        capture(gauges.packets().get()))
                .flatMap(List::stream)
                .toList();
    }

    private List<MetricFamilySamples> events() {
        long attempts = counters.attempts.get();
        Map<String, Long> dropped = Map.of(
                "scans",
                counters.scansDropped.get(),
                "log",
                gauges.logLinesDropped().getAsLong());
        return List.of(
                new GaugeMetricFamily(
                                "tcptracker_build_info", "Always 1. The label is the version.", List.of("version"))
                        .addMetric(List.of(version), 1),
                counter("new_connections", "Attempts to open a TCP connection (SYN without ACK).", attempts),
                legacyNewConnections(attempts),
                counter("port_scans", "Port scans found.", counters.scans.get()),
                counters(
                        "queue_dropped",
                        "Scans and log lines that found no room in a queue, by queue.",
                        "queue",
                        dropped));
    }

    private List<MetricFamilySamples> blocking() {
        long blocked = gauges.blockedSources().getAsLong();
        return List.of(
                counter("blocks", "Bans put in force.", counters.bans.get()),
                gauge("blocked_sources", "Sources that are banned now.", blocked),
                counters("bans_refused", "Scanners not banned, by reason.", "reason", refused()),
                gauge(
                        "ban_budget_spent",
                        "1 while scanners are not banned because too many were banned within a minute, else 0.",
                        counters.overBudget ? 1 : 0),
                counter(
                        "firewall_repairs",
                        "Repairs of our part of the firewall after others had changed it.",
                        counters.firewallRepairs.get()),
                counter(
                        "firewall_failures",
                        "Failed attempts to change the firewall.",
                        counters.firewallFailures.get()));
    }

    private static List<MetricFamilySamples> detection(DetectorStatistics detection) {
        Map<String, Long> forgotten =
                Map.of("one", detection.forgottenAfterOnePort(), "several", detection.forgottenAfterSeveralPorts());
        return List.of(
                counter(
                        "answers",
                        "Answers to attempts (SYN-ACK or RST). Always 0 where only one direction is captured.",
                        detection.answers()),
                gauge("pairs_watched", "Pairs of source and destination watched now.", detection.pairsWatched()),
                counters(
                        "pairs_forgotten",
                        "Pairs evicted for other pairs before their window was over, by the number of ports tried.",
                        "ports",
                        forgotten),
                seconds(
                        "detector_retention_seconds",
                        "Time for which the first port of a pair is remembered. Below the window, memory is short.",
                        Optional.of(detection.reach())),
                seconds(
                        "first_port_remembered_seconds",
                        "The same as tcptracker_detector_retention_seconds, under its former name.",
                        Optional.of(detection.reach())));
    }

    private List<MetricFamilySamples> capture(PacketSource.Statistics packets) {
        Map<String, Long> dropped =
                Map.of("kernel", packets.droppedByKernel(), "interface", packets.droppedByInterface());
        return List.of(
                counter("packets_received", "Packets that passed the capture filter.", packets.received()),
                counters("packets_dropped", "Packets lost before they could be read, by place.", "where", dropped),
                counters(
                        "packets_undecodable",
                        "Packets that could not be decoded, by reason.",
                        "reason",
                        packets.undecodable()),
                seconds(
                        "capture_last_packet_age_seconds",
                        "Time since the last packet.",
                        gauges.sincePacket().get()),
                seconds(
                        "capture_last_look_age_seconds",
                        "Time since the capture last looked for packets.",
                        gauges.sincePoll().get()));
    }

    private Map<String, Long> refused() {
        Map<String, Long> refused = new TreeMap<>();
        counters.bansRefused.forEach((why, count) -> refused.put(why.name().toLowerCase(Locale.ROOT), count.get()));
        return refused;
    }

    /** Dashboards of the first version ask for this name, and the client library refuses it for a counter. */
    private static MetricFamilySamples legacyNewConnections(long attempts) {
        String name = "tcptracker_new_connections";
        return new MetricFamilySamples(
                name,
                Type.UNKNOWN,
                "The same as tcptracker_new_connections_total, under its former name.",
                List.of(new Sample(name, List.of(), List.of(), attempts)));
    }

    private static MetricFamilySamples counter(String name, String help, long value) {
        return new CounterMetricFamily("tcptracker_" + name, help, value);
    }

    private static MetricFamilySamples counters(String name, String help, String label, Map<String, Long> values) {
        CounterMetricFamily family = new CounterMetricFamily("tcptracker_" + name, help, List.of(label));
        new TreeMap<>(values).forEach((each, value) -> family.addMetric(List.of(each), value));
        return family;
    }

    private static MetricFamilySamples gauge(String name, String help, long value) {
        return new GaugeMetricFamily("tcptracker_" + name, help, value);
    }

    /** Has no sample while the duration is unknown, since any number would be wrong. */
    private static MetricFamilySamples seconds(String name, String help, Optional<Duration> duration) {
        GaugeMetricFamily family = new GaugeMetricFamily("tcptracker_" + name, help, List.of());
        duration.ifPresent(known -> family.addMetric(List.of(), Math.max(0, known.toNanos() / 1e9)));
        return family;
    }
}
