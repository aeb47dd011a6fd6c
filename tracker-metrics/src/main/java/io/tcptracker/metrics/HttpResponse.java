package io.tcptracker.metrics;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A response other than the metrics. Immutable. */
record HttpResponse(int status, String type, String body) {
    static final HttpResponse NOT_FOUND = plain(404, "not found; there are /metrics and /health");
    private static final int NO_BODY = -1;

    static HttpResponse plain(int status, String body) {
        return new HttpResponse(status, "text/plain; charset=utf-8", body + "\n");
    }

    static HttpResponse health(Optional<String> trouble) {
        return trouble.map(reason -> health(503, "Service Unavailable", reason))
                .orElseGet(() -> health(200, "OK", "healthy"));
    }

    private static HttpResponse health(int status, String statusText, String message) {
        // A space in place of each control character leaves two characters for JSON to escape.
        String escaped = message.replaceAll("\\p{Cntrl}", " ").replaceAll("[\"\\\\]", "\\\\$0");
        return new HttpResponse(
                status,
                "application/json",
                "{\"message\":\"" + escaped + "\",\"statusText\":\"" + statusText + "\",\"statusCode\":" + status
                        + "}");
    }

    void send(HttpExchange exchange) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
        exchange.sendResponseHeaders(status, exchange.getRequestMethod().equals("HEAD") ? NO_BODY : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
