package io.tcptracker.metrics;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer.HTTPMetricHandler;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A server of {@code /metrics} in Prometheus' text format and of {@code /health} in JSON, on daemon threads of its own.
 *
 * <p>A client can neither make the server hold more than {@value #CONNECTIONS} connections nor keep other clients out by
 * being slow. A client that opens connections faster than they are cut off can keep others out. Threadsafe.
 */
public final class MetricsServer implements AutoCloseable {
    private static final int CONNECTIONS = 256;
    private static final int BACKLOG = 128;

    static {
        // The JDK's server has no other bounds. A property that is set on the command line keeps its value.
        Map.of(
                        "jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS),
                        "sun.net.httpserver.maxReqTime", "5",
                        "sun.net.httpserver.maxRspTime", "30",
                        "sun.net.httpserver.maxReqHeaderSize", "16384",
                        "sun.net.httpserver.clockTick", "1000",
                        "sun.net.httpserver.nodelay", "true")
                .forEach(System.getProperties()::putIfAbsent);
    }

    private final HttpServer server;
    private final RequestThreads threads = new RequestThreads(CONNECTIONS);

    private MetricsServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Opens a server that answers at once.
     *
     * @param listen the address; with port 0, the system chooses a free port
     * @param version the version of this program, a label of {@code tcptracker_build_info}
     * @param trouble what is wrong now, in one line; empty while the tracker is healthy. Called on a thread of the server
     * @throws ListenException if the server can't listen at the address
     */
    public static MetricsServer open(
            InetSocketAddress listen,
            String version,
            EventCounters counters,
            Gauges gauges,
            Supplier<Optional<String>> trouble)
            throws ListenException {
        CollectorRegistry registry = new CollectorRegistry();
        registry.register(new MetricsCollector(version, counters, gauges));
        DefaultExports.register(registry);
        MetricsServer opened = new MetricsServer(bound(listen));
        // The library would also publish the time at which each of its own counters was made.
        opened.mount("/metrics", new HTTPMetricHandler(registry, () -> name -> !name.endsWith("_created")));
        opened.mount("/health", exchange -> HttpResponse.health(trouble.get()).send(exchange));
        opened.mount("/", HttpResponse.NOT_FOUND::send);
        opened.start();
        return opened;
    }

    /**
     * Checks that a server could listen at this address now. Nothing listens there afterwards.
     *
     * @throws ListenException if a server can't listen at the address
     */
    public static void check(InetSocketAddress listen) throws ListenException {
        // The JDK's server would hold the port until it is started.
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(listen, 1);
        } catch (IOException e) {
            throw ListenException.of(listen, e);
        }
    }

    private static HttpServer bound(InetSocketAddress listen) throws ListenException {
        try {
            return HttpServer.create(listen, BACKLOG);
        } catch (IOException e) {
            throw ListenException.of(listen, e);
        }
    }

    private void mount(String path, HttpHandler handler) {
        server.createContext(path, handler).getFilters().add(new RequestFilter());
    }

    private void start() {
        server.setExecutor(threads);
        // The server's own thread is a daemon only if the thread that starts it is a daemon.
        CompletableFuture.runAsync(server::start, threads).join();
    }

    /** Returns the address at which the server listens, with the port that was chosen. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Cuts off every connection and returns within a second. May be called again. */
    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
