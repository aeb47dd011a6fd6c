package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcptracker.testing.Needs;
import io.tcptracker.testing.Shell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0,*/*;q=0.1";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile Optional<String> trouble = Optional.empty();
    private volatile boolean broken;

    @AutoClose
    private final MetricsServer server;

    MetricsServerTest() throws IOException {
        Gauges gauges = new Gauges(
                Given.GAUGES.packets(),
                Given.GAUGES.sincePacket(),
                Given.GAUGES.sincePoll(),
                Given.GAUGES.detection(),
                () -> unlessBroken(7L),
                Given.GAUGES.logLinesDropped());
        server = MetricsServer.open(ANY_PORT, "1.2.3", Given.counters(), gauges, () -> unlessBroken(trouble));
    }

    private <T> T unlessBroken(T value) {
        if (broken) {
            throw new IllegalStateException("broken for a test");
        }
        return value;
    }

    private HttpResponse<byte[]> request(MetricsServer server, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return request(server, "GET", path, headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Test
    void metricsArePlainTextEvenForAClientThatPrefersOpenmetrics() throws Exception {
        HttpResponse<byte[]> response = get("/metrics", "Accept", OPENMETRICS);
        assertEquals(200, response.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", header(response, "Content-Type"));
        assertTrue(text(response).contains("\ntcptracker_new_connections 6.0\n"), text(response));
    }

    @Test
    void metricsOfTheJavaMachineAreServedAndNoTimeOfCreation() throws Exception {
        String text = text(get("/metrics"));
        assertTrue(text.contains("\njvm_memory_bytes_used{"), text);
        assertFalse(text.contains("_created"), text);
    }

    @Test
    void metricsAreCompressedForAClientThatAcceptsGzip() throws Exception {
        HttpResponse<byte[]> response = get("/metrics", "Accept-Encoding", "gzip", "Accept", OPENMETRICS);
        assertEquals("gzip", header(response, "Content-Encoding"));
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(text.contains("\ntcptracker_new_connections 6.0\n"), text);
    }

    @Test
    void metricsCanBeAskedForByName() throws Exception {
        HttpResponse<byte[]> response =
                get("/metrics?name%5B%5D=tcptracker_new_connections&name%5B%5D=tcptracker_bans_refused_total");
        assertEquals(
                """
                tcptracker_bans_refused_total{reason="forged",} 1.0
                tcptracker_bans_refused_total{reason="full",} 2.0
                tcptracker_bans_refused_total{reason="over_budget",} 0.0
                tcptracker_new_connections 6.0
                """,
                text(response)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .sorted()
                        .map(line -> line + "\n")
                        .reduce("", String::concat));
    }

    @Test
    @Needs(programs = "promtool")
    void promtoolHasNoObjection(@TempDir Path directory) throws Exception {
        Path metrics = Files.write(directory.resolve("metrics"), get("/metrics").body());
        Shell.Result result = Shell.run("sh", "-c", "promtool check metrics < " + metrics);
        assertEquals(new Shell.Result(0, "", ""), result);
    }

    @Test
    void healthIsThePromisedTextWhileTheTrackerIsHealthy() throws Exception {
        HttpResponse<byte[]> response = get("/health");
        assertEquals(200, response.statusCode());
        assertEquals("application/json", header(response, "Content-Type"));
        assertEquals("{\"message\":\"healthy\",\"statusText\":\"OK\",\"statusCode\":200}", text(response));
    }

    @Test
    void healthTellsTheTroubleInValidJson() throws Exception {
        trouble = Optional.of("device \"eth0\\1\"\tis gone – é");
        HttpResponse<byte[]> response = get("/health");
        assertEquals(503, response.statusCode());
        assertEquals("application/json", header(response, "Content-Type"));
        assertEquals(
                "{\"message\":\"device \\\"eth0\\\\1\\\" is gone – é\","
                        + "\"statusText\":\"Service Unavailable\",\"statusCode\":503}",
                text(response));
    }

    @ParameterizedTest
    @CsvSource({"/metrics,200", "/health,200", "/,404", "/other,404"})
    void headGetsTheHeadersOfGetWithoutTheBody(String path, int status) throws Exception {
        HttpResponse<byte[]> response = request(server, "HEAD", path, "Accept-Encoding", "gzip");
        assertEquals(status, response.statusCode());
        assertEquals(0, response.body().length);
        assertTrue(response.headers().firstValueAsLong("Content-Length").orElse(0) > 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics/", "/metricsx", "/-/healthy", "/health/../metrics"})
    void otherPathsAreNotFound(String path) throws Exception {
        HttpResponse<byte[]> response = get(path);
        assertEquals(404, response.statusCode());
        assertEquals("not found; there are /metrics and /health\n", text(response));
    }

    @ParameterizedTest
    @CsvSource({"POST,/metrics", "PUT,/health", "DELETE,/metrics", "OPTIONS,/health"})
    void otherMethodsAreNotAllowed(String method, String path) throws Exception {
        HttpResponse<byte[]> response = request(server, method, path);
        assertEquals(405, response.statusCode());
        assertEquals("GET, HEAD", header(response, "Allow"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/health"})
    void aFailureInsideGives500AndIsLoggedWhenItBegins(String path) throws Exception {
        PrintStream stderr = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            for (int round = 1; round <= 2; round++) {
                broken = true;
                for (int i = 0; i < 3; i++) {
                    assertEquals(500, get(path).statusCode());
                }
                assertEquals(round, log.toString(StandardCharsets.UTF_8).split("broken for a test", -1).length - 1);
                broken = false;
                assertEquals(200, get(path).statusCode());
            }
        } finally {
            System.setErr(stderr);
        }
    }

    @Test
    void twoServersInOneProcessCountSeparately() throws Exception {
        EventCounters others = new EventCounters();
        try (MetricsServer other = MetricsServer.open(ANY_PORT, "1.2.3", others, Given.GAUGES, Optional::empty)) {
            others.attempt(Given.ATTEMPT);
            assertTrue(text(request(other, "GET", "/metrics")).contains("\ntcptracker_new_connections 1.0\n"));
            assertTrue(text(get("/metrics")).contains("\ntcptracker_new_connections 6.0\n"));
        }
        assertEquals(200, get("/metrics").statusCode());
    }

    @Test
    void allThreadsAreDaemons() throws Exception {
        get("/metrics");
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("(?i)http-.*"))
                .allMatch(Thread::isDaemon));
    }

    @Test
    void aClosedServerFreesItsPort() throws Exception {
        InetSocketAddress address = server.address();
        server.close();
        server.close();
        assertThrows(ConnectException.class, () -> get("/health"));
        MetricsServer.check(address);
        MetricsServer.open(address, "1.2.3", new EventCounters(), Given.GAUGES, Optional::empty)
                .close();
    }
}
