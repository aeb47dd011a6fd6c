package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are slow, or send too much, and what they can't do to others. */
@Timeout(60)
class SlowClientsTest {
    private static final String REQUEST = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    private static final String END = "\r\n";

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
        return connect(new Socket());
    }

    private Socket connect(Socket socket) throws IOException {
        sockets.add(socket);
        // A read that waits longer than this fails the test.
        socket.setSoTimeout(20_000);
        socket.connect(server.address());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String response(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static void assertCutOff(Socket socket) throws IOException {
        try {
            assertEquals("", response(socket));
        } catch (SocketException e) {
            assertEquals("Connection reset", e.getMessage());
        }
    }

    /** Without the cut-off, the server's time limits would end this request together with the slow ones. */
    private void assertOthersAreServed() throws IOException {
        Socket honest = connect();
        send(honest, REQUEST + END);
        assertTrue(response(honest).startsWith("HTTP/1.1 200 OK\r\n"));
    }

    @Test
    void oneSlowClientDoesNotKeepOthersOut() throws IOException {
        send(connect(), REQUEST);
        assertOthersAreServed();
    }

    @Test
    void aSlowClientAloneIsServedInTheEnd() throws IOException {
        Socket slow = connect();
        for (char each : (REQUEST + END).toCharArray()) {
            send(slow, String.valueOf(each));
        }
        assertTrue(response(slow).startsWith("HTTP/1.1 200 OK\r\n"));
    }

    @Test
    void aHundredClientsThatSendHalfARequestDoNotKeepOthersOut() throws IOException {
        for (int i = 0; i < 100; i++) {
            send(connect(), REQUEST);
        }
        assertOthersAreServed();
    }

    @Test
    void aHundredClientsThatSendHalfABodyDoNotKeepOthersOut() throws IOException {
        for (int i = 0; i < 100; i++) {
            send(connect(), REQUEST.replace("GET", "POST") + "Content-Length: 1000000000\r\n\r\nx");
        }
        assertOthersAreServed();
    }

    @Test
    void twoHundredClientsThatSendNothingDoNotKeepOthersOut() throws IOException {
        for (int i = 0; i < 200; i++) {
            connect();
        }
        assertOthersAreServed();
    }

    @Test
    void aHundredClientsThatDoNotReadTheResponseDoNotKeepOthersOut() throws IOException {
        // More than the sockets' buffers hold, so that the server has to wait in the middle of the response.
        trouble = Optional.of("x".repeat(4_000_000));
        for (int i = 0; i < 100; i++) {
            Socket deaf = new Socket();
            deaf.setReceiveBufferSize(1_024);
            send(connect(deaf), REQUEST.replace("/metrics", "/health") + END);
        }
        assertOthersAreServed();
    }

    @Test
    void halfARequestIsCutOffInTheEndEvenIfNoOtherClientWaits() throws IOException {
        Socket slow = connect();
        send(slow, REQUEST);
        assertCutOff(slow);
    }

    @Test
    void aRequestWithoutEndIsCutOff() throws IOException {
        Socket talker = connect();
        String piece = "x".repeat(10_000);
        send(talker, "GET /");
        assertThrows(SocketException.class, () -> {
            for (int i = 0; i < 10_000; i++) {
                send(talker, piece);
            }
        });
    }

    @Test
    void connectionsAboveTheBoundAreCutOff() throws IOException {
        for (int i = 0; i < 300; i++) {
            connect();
        }
        for (Socket above : sockets.subList(256, 300)) {
            // A complete request, which would be served on a connection that the server holds.
            try {
                send(above, REQUEST + END);
            } catch (SocketException e) {
                assertEquals("Broken pipe", e.getMessage());
            }
            assertCutOff(above);
        }
    }

    @Test
    void closingCutsOffEveryClient() throws IOException {
        for (int i = 0; i < 50; i++) {
            connect();
            send(connect(), REQUEST);
        }
        assertOthersAreServed();
        server.close();
        for (Socket socket : sockets) {
            assertCutOff(socket);
        }
    }
}
