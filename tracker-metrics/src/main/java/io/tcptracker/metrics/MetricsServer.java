package io.tcptracker.metrics;

import com.sun.net.httpserver.HttpServer;
import io.tcptracker.core.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Answers {@code GET /metrics} in Prometheus' text format and {@code GET /health} in JSON, on daemon threads of its own.
 *
 * <p>A stranger who reaches the port can't make it hold more than {@value #CONNECTIONS} connections, nor keep others out
 * by being slow; by opening connections faster than they are cut off, they can. Threadsafe.
 */
public final class MetricsServer implements AutoCloseable {
    private static final int CONNECTIONS = 256;
    private static final int BACKLOG = 128;

    static {
        // The JDK's server is bounded in no other way. Who sets one of these on the command line means it.
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
    private final RequestThreads threads;

    private MetricsServer(HttpServer server, RequestThreads threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to answer.
     *
     * @param listen where; with port 0, any free port
     * @param version of this program, a label of {@code tcptracker_build_info}
     * @param trouble why we are not well, in one line; empty while we are. Called on a thread of the server
     * @throws BindException if it can't listen there; the message says in one line why and what to do
     */
    public static MetricsServer open(
            InetSocketAddress listen,
            String version,
            EventCounters counters,
            Gauges gauges,
            Supplier<Optional<String>> trouble)
            throws IOException {
        Endpoints endpoints = new Endpoints(new MetricsCollector(version, counters, gauges), trouble);
        HttpServer server = bound(listen);
        RequestThreads threads = new RequestThreads(CONNECTIONS);
        server.createContext("/", endpoints);
        server.setExecutor(threads);
        // The server's own thread is a daemon only if the thread that starts it is one.
        CompletableFuture.runAsync(server::start, threads).join();
        return new MetricsServer(server, threads);
    }

    private static HttpServer bound(InetSocketAddress listen) throws BindException {
        try {
            return HttpServer.create(listen, BACKLOG);
        } catch (IOException e) {
            BindException explained = new BindException(explanation(listen, String.valueOf(e.getMessage())));
            explained.initCause(e);
            throw explained;
        }
    }

    static String explanation(InetSocketAddress listen, String failure) {
        int port = listen.getPort();
        if (listen.isUnresolved()) {
            return "'" + listen.getHostString() + "' is no address to listen at; give an IP address with --listen";
        }
        String where = "port " + port + " of " + IpAddress.of(listen.getAddress());
        if (failure.contains("denied")) {
            return where + " is not permitted; choose one from 1024 up with --listen or give CAP_NET_BIND_SERVICE";
        }
        if (failure.contains("in use")) {
            return where + " is in use; stop what holds it (ss -ltnp 'sport = :" + port
                    + "') or choose another with --listen";
        }
        if (!ours(listen)) {
            return where + " can't be listened at, since this host has no such address; see 'ip address', or choose"
                    + " another with --listen";
        }
        return where + " can't be listened at: " + failure + "; choose another with --listen";
    }

    private static boolean ours(InetSocketAddress listen) {
        try {
            return listen.getAddress().isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(listen.getAddress()) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Where it listens, with the port that was chosen. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Cuts off whoever is connected and returns within a second. May be called again. */
    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
