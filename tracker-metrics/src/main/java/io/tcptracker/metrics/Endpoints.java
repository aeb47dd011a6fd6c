package io.tcptracker.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the answer to each request. Threadsafe. */
final class Endpoints implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);

    private final Map<String, Supplier<Answer>> answers;
    /** A failure is logged when it begins: it lasts for many requests, and how many there are is a stranger's choice. */
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    Endpoints(MetricsCollector collector, Supplier<Optional<String>> trouble) {
        answers = Map.of("/metrics", () -> Answer.metrics(collector), "/health", () -> Answer.health(trouble.get()));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange).send(exchange);
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        Supplier<Answer> known = answers.get(path);
        if (known == null) {
            return Answer.plain(404, "not found; there are /metrics and /health");
        }
        if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Answer.plain(405, "only GET and HEAD");
        }
        try {
            Answer answer = known.get();
            failing.remove(path);
            return answer;
        } catch (RuntimeException e) {
            if (failing.add(path)) {
                LOG.warn("{} can't be answered, which is not said again until it can", path, e);
            }
            return Answer.plain(500, "internal error; see the log");
        }
    }
}
