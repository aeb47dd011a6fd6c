package io.tcptracker.metrics;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A filter that passes on GET and HEAD for exactly the path of its context, and answers all other requests itself. It also
 * answers when the handler fails. Threadsafe.
 */
final class RequestFilter extends Filter {
    private static final Logger LOG = LoggerFactory.getLogger(RequestFilter.class);

    /** A failure is logged when it begins. It lasts for many requests, and their senders choose how many. */
    private final AtomicBoolean failing = new AtomicBoolean();

    @Override
    public String description() {
        return "exact path, GET and HEAD only, plain text";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        try (exchange) {
            answer(new PlainTextExchange(exchange), chain);
        }
    }

    private void answer(HttpExchange exchange, Chain chain) throws IOException {
        String path = exchange.getHttpContext().getPath();
        if (!exchange.getRequestURI().getPath().equals(path)) {
            HttpResponse.NOT_FOUND.send(exchange);
        } else if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            HttpResponse.plain(405, "only GET and HEAD").send(exchange);
        } else {
            try {
                chain.doFilter(exchange);
                failing.set(false);
            } catch (RuntimeException e) {
                if (!failing.getAndSet(true)) {
                    LOG.warn("{} fails; the next line about it comes after it has worked again", path, e);
                }
                HttpResponse.plain(500, "internal error; see the log").send(exchange);
            }
        }
    }
}
