package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final EventCounters counters = Given.counters();
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean broken;
    private final MetricsServer server;

    MetricsServerTest() throws IOException {
        server = MetricsServer.open(ANY_PORT, "1.2.3", counters, Given.GAUGES, this::trouble);
    }

    private Optional<String> trouble() {
        if (broken) {
            throw new IllegalStateException("broken for a test");
        }
        return trouble;
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HttpResponse<String> ask(MetricsServer whom, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + whom.address().getPort() + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return ask(server, "GET", path);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Test
    void the_metrics_are_in_the_text_format_even_for_a_client_that_prefers_openmetrics() throws Exception {
        HttpResponse<String> response =
                ask(server, "GET", "/metrics", "Accept", "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
        assertEquals(200, response.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", header(response, "Content-Type"));
        assertTrue(response.body().contains("\ntcptracker_new_connections 6.0\n"), response.body());
    }

    @Test
    void health_is_the_promised_text_when_well() throws Exception {
        HttpResponse<String> response = get("/health");
        assertEquals(200, response.statusCode());
        assertEquals("application/json", header(response, "Content-Type"));
        assertEquals("{\"message\":\"healthy\",\"statusText\":\"OK\",\"statusCode\":200}", response.body());
    }

    @Test
    void health_says_what_is_wrong_in_valid_json() throws Exception {
        trouble = Optional.of("device \"eth0\\1\"\tis gone – é");
        HttpResponse<String> response = get("/health");
        assertEquals(503, response.statusCode());
        assertEquals("application/json", header(response, "Content-Type"));
        assertEquals(
                "{\"message\":\"device \\\"eth0\\\\1\\\"\\u0009is gone – é\","
                        + "\"statusText\":\"Service Unavailable\",\"statusCode\":503}",
                response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/health"})
    void head_is_answered_as_get_without_the_body(String path) throws Exception {
        HttpResponse<String> response = ask(server, "HEAD", path);
        assertEquals(200, response.statusCode());
        assertEquals("", response.body());
        assertTrue(response.headers().firstValueAsLong("Content-Length").orElse(0) > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/metricsx", "/-/healthy", "/health/../metrics"})
    void other_paths_are_not_found(String path) throws Exception {
        assertEquals(404, get(path).statusCode());
    }

    @ParameterizedTest
    @CsvSource({"POST,/metrics", "PUT,/health", "DELETE,/metrics", "OPTIONS,/health"})
    void other_methods_are_refused(String method, String path) throws Exception {
        HttpResponse<String> response = ask(server, method, path);
        assertEquals(405, response.statusCode());
        assertEquals("GET, HEAD", header(response, "Allow"));
    }

    @Test
    void a_failure_inside_is_answered_with_500_and_logged_when_it_begins() throws Exception {
        PrintStream stderr = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            for (int round = 1; round <= 2; round++) {
                broken = true;
                for (int i = 0; i < 3; i++) {
                    assertEquals(500, get("/health").statusCode());
                }
                assertEquals(round, log.toString(StandardCharsets.UTF_8).split("broken for a test", -1).length - 1);
                broken = false;
                assertEquals(200, get("/health").statusCode());
            }
        } finally {
            System.setErr(stderr);
        }
    }

    @Test
    void two_servers_in_one_process_count_apart() throws Exception {
        EventCounters others = new EventCounters();
        try (MetricsServer other = MetricsServer.open(ANY_PORT, "1.2.3", others, Given.GAUGES, Optional::empty)) {
            others.attempt(Given.ATTEMPT);
            assertTrue(ask(other, "GET", "/metrics").body().contains("\ntcptracker_new_connections 1.0\n"));
            assertTrue(get("/metrics").body().contains("\ntcptracker_new_connections 6.0\n"));
        }
        assertEquals(200, get("/metrics").statusCode());
    }

    @Test
    void all_threads_are_daemons() throws Exception {
        get("/metrics");
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("(?i)http-.*"))
                .allMatch(Thread::isDaemon));
    }

    @Test
    void a_closed_server_is_gone_and_its_port_free() throws Exception {
        InetSocketAddress address = server.address();
        server.close();
        server.close();
        assertThrows(ConnectException.class, () -> ask(server, "GET", "/health"));
        MetricsServer.open(address, "1.2.3", counters, Given.GAUGES, Optional::empty)
                .close();
    }

    @Test
    void a_port_in_use_is_refused_with_the_cure() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = holder.getLocalPort();
            assertEquals(
                    "port " + port + " of 127.0.0.1 is in use; stop what holds it (ss -ltnp 'sport = :" + port
                            + "') or choose another with --listen",
                    refusal(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        }
    }

    @Test
    void an_address_of_another_host_is_refused_with_the_cure() {
        assertEquals(
                "port 8081 of 192.0.2.1 can't be listened at, since this host has no such address; see 'ip address',"
                        + " or choose another with --listen",
                refusal(new InetSocketAddress("192.0.2.1", 8081)));
    }

    @Test
    void a_name_is_refused_and_not_looked_up() {
        assertEquals(
                "'metrics.invalid' is no address to listen at; give an IP address with --listen",
                refusal(InetSocketAddress.createUnresolved("metrics.invalid", 8081)));
    }

    @Test
    void a_port_that_takes_a_privilege_is_refused_with_the_cure() {
        assertEquals(
                "port 80 of 127.0.0.1 is not permitted; choose one from 1024 up with --listen or give"
                        + " CAP_NET_BIND_SERVICE",
                MetricsServer.explanation(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 80), "Permission denied"));
    }

    private String refusal(InetSocketAddress listen) {
        BindException refused = assertThrows(
                BindException.class,
                () -> MetricsServer.open(listen, "1.2.3", counters, Given.GAUGES, Optional::empty));
        String message = String.valueOf(refused.getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }
}
