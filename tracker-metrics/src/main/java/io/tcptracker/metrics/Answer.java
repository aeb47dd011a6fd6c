package io.tcptracker.metrics;

import com.sun.net.httpserver.HttpExchange;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a request is answered with. Immutable. */
record Answer(int status, String type, String body) {
    private static final int NO_BODY = -1;

    /** Always the text format: in OpenMetrics, which Prometheus prefers, the former name of the counter is lost. */
    static Answer metrics(MetricsCollector collector) {
        return new Answer(200, TextFormat.CONTENT_TYPE_004, collector.text());
    }

    static Answer health(Optional<String> trouble) {
        return trouble.map(reason -> health(503, "Service Unavailable", reason))
                .orElseGet(() -> health(200, "OK", "healthy"));
    }

    private static Answer health(int status, String statusText, String message) {
        return new Answer(
                status,
                "application/json",
                "{\"message\":\"" + escaped(message) + "\",\"statusText\":\"" + statusText + "\",\"statusCode\":"
                        + status + "}");
    }

    static Answer plain(int status, String body) {
        return new Answer(status, "text/plain; charset=utf-8", body + "\n");
    }

    void send(HttpExchange exchange) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(status, NO_BODY);
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String escaped(String text) {
        StringBuilder json = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.toString();
    }
}
