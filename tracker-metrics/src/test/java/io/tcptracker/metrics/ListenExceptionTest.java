package io.tcptracker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcptracker.metrics.ListenException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ListenExceptionTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static void assertListenFails(Kind kind, String message, InetSocketAddress listen) {
        ListenException thrown = assertThrows(ListenException.class, () -> MetricsServer.check(listen));
        assertEquals(message, thrown.getMessage());
        assertEquals(kind, thrown.kind());
    }

    @Test
    void aPortInUse() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, LOOPBACK)) {
            int port = holder.getLocalPort();
            assertListenFails(
                    Kind.IN_USE, "port " + port + " of 127.0.0.1 is in use", new InetSocketAddress(LOOPBACK, port));
        }
    }

    @Test
    void anAddressOfAnotherHost() {
        assertListenFails(
                Kind.NOT_LOCAL,
                "port 8081 of 192.0.2.1 can't be opened (this host has no such address)",
                new InetSocketAddress("192.0.2.1", 8081));
    }

    @Test
    void aNameIsNotLookedUp() {
        assertListenFails(
                Kind.NOT_AN_ADDRESS,
                "'metrics.invalid' is not an IP address",
                InetSocketAddress.createUnresolved("metrics.invalid", 8081));
    }

    @Test
    void aPortThatNeedsAPrivilege() {
        ListenException denied =
                ListenException.of(new InetSocketAddress(LOOPBACK, 80), new IOException("Permission denied"));
        assertEquals("port 80 of 127.0.0.1 is not permitted", denied.getMessage());
        assertEquals(Kind.NOT_PERMITTED, denied.kind());
    }

    @Test
    void anyOtherFailureKeepsTheWordsOfTheSystem() {
        ListenException other = ListenException.of(new InetSocketAddress(LOOPBACK, 80), new IOException("Out of luck"));
        assertEquals("port 80 of 127.0.0.1 can't be opened (Out of luck)", other.getMessage());
        assertEquals(Kind.OTHER, other.kind());
    }
}
