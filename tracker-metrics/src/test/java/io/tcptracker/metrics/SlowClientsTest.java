package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a stranger can do to the server by being slow, or by saying too much. */
@Timeout(60)
class SlowClientsTest {
    private static final String REQUEST = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    /** Prometheus gives up on a scrape after 10 s. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private volatile Optional<String> trouble = Optional.empty();
    private final MetricsServer server;
    private final List<Socket> sockets = new ArrayList<>();

    SlowClientsTest() throws IOException {
        server = MetricsServer.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "1.2.3",
                Given.counters(),
                Given.GAUGES,
                () -> trouble);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.connect(server.address());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private void assertOthersAreAnswered() {
        assertTimeout(SOON, () -> {
            Socket honest = connect();
            send(honest, REQUEST + "\r\n");
            assertTrue(answer(honest).startsWith("HTTP/1.1 200 OK\r\n"));
        });
    }

    @Test
    void one_slow_client_keeps_nobody_out() throws IOException {
        send(connect(), REQUEST);
        assertOthersAreAnswered();
    }

    @Test
    void a_slow_client_alone_is_answered_in_the_end() throws IOException {
        Socket slow = connect();
        for (char each : (REQUEST + "\r\n").toCharArray()) {
            send(slow, String.valueOf(each));
        }
        assertTrue(answer(slow).startsWith("HTTP/1.1 200 OK\r\n"));
    }

    @Test
    void a_hundred_that_send_half_a_request_keep_nobody_out() throws IOException {
        for (int i = 0; i < 100; i++) {
            send(connect(), REQUEST);
        }
        assertOthersAreAnswered();
    }

    @Test
    void a_hundred_that_send_half_a_body_keep_nobody_out() throws IOException {
        for (int i = 0; i < 100; i++) {
            send(connect(), REQUEST.replace("GET", "POST") + "Content-Length: 1000000000\r\n\r\nx");
        }
        assertOthersAreAnswered();
    }

    @Test
    void a_hundred_that_send_nothing_keep_nobody_out() throws IOException {
        for (int i = 0; i < 100; i++) {
            connect();
        }
        assertOthersAreAnswered();
    }

    @Test
    void a_hundred_that_do_not_read_the_answer_keep_nobody_out() throws IOException {
        // More than the sockets' buffers hold, so that writing it has to wait.
        trouble = Optional.of("x".repeat(4_000_000));
        for (int i = 0; i < 100; i++) {
            Socket deaf = new Socket();
            sockets.add(deaf);
            deaf.setReceiveBufferSize(1_024);
            deaf.connect(server.address());
            send(deaf, REQUEST.replace("/metrics", "/health") + "\r\n");
        }
        assertOthersAreAnswered();
    }

    @Test
    void half_a_request_is_dropped_though_nobody_waits() throws IOException {
        Socket slow = connect();
        send(slow, REQUEST);
        assertEquals("", answer(slow));
    }

    @Test
    void a_request_without_end_is_cut_off() throws IOException {
        Socket talker = connect();
        String piece = "x".repeat(10_000);
        try {
            send(talker, "GET /");
            for (int i = 0; i < 10_000; i++) {
                send(talker, piece);
            }
        } catch (SocketException e) {
            return;
        }
        throw new AssertionError("100 MB were taken");
    }

    @Test
    void no_more_connections_than_the_bound_are_held() throws IOException {
        for (int i = 0; i < 300; i++) {
            connect();
        }
        for (Socket socket : sockets.subList(256, 300)) {
            // Those that are held are cut off as well, but only after 5 s.
            socket.setSoTimeout(2_000);
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void closing_waits_for_nobody() throws IOException {
        for (int i = 0; i < 50; i++) {
            connect();
            send(connect(), REQUEST);
        }
        assertOthersAreAnswered();
        assertTimeout(Duration.ofSeconds(1), server::close);
    }
}
