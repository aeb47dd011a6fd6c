package io.tcptracker.metrics;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that hides from the handler which format the client accepts, and discards the body of a response to HEAD.
 * The client library then writes the plain text format: in OpenMetrics, which Prometheus prefers, the former name of a
 * counter is invalid. The headers of a request can't be changed, so the exchange is wrapped. Not threadsafe.
 */
final class PlainTextExchange extends HttpExchange {
    private final HttpExchange exchange;
    private final Headers requestHeaders = new Headers();
    private final boolean head;

    PlainTextExchange(HttpExchange exchange) {
        this.exchange = exchange;
        head = exchange.getRequestMethod().equals("HEAD");
        requestHeaders.putAll(exchange.getRequestHeaders());
        requestHeaders.remove("Accept");
        if (head) {
            // The library tells the length of a response only if it doesn't compress it.
            requestHeaders.remove("Accept-Encoding");
        }
    }

    @Override
    public Headers getRequestHeaders() {
        return requestHeaders;
    }

    @Override
    public OutputStream getResponseBody() {
        return head ? OutputStream.nullOutputStream() : exchange.getResponseBody();
    }

    @Override
    public Headers getResponseHeaders() {
        return exchange.getResponseHeaders();
    }

    @Override
    public URI getRequestURI() {
        return exchange.getRequestURI();
    }

    @Override
    public String getRequestMethod() {
        return exchange.getRequestMethod();
    }

    @Override
    public HttpContext getHttpContext() {
        return exchange.getHttpContext();
    }

    @Override
    public void close() {
        exchange.close();
    }

    @Override
    public InputStream getRequestBody() {
        return exchange.getRequestBody();
    }

    @Override
    public void sendResponseHeaders(int status, long length) throws IOException {
        exchange.sendResponseHeaders(status, length);
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return exchange.getRemoteAddress();
    }

    @Override
    public int getResponseCode() {
        return exchange.getResponseCode();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return exchange.getLocalAddress();
    }

    @Override
    public String getProtocol() {
        return exchange.getProtocol();
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return exchange.getAttribute(name);
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        exchange.setAttribute(name, value);
    }

    @Override
    public void setStreams(@Nullable InputStream in, @Nullable OutputStream out) {
        exchange.setStreams(in, out);
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return exchange.getPrincipal();
    }
}
