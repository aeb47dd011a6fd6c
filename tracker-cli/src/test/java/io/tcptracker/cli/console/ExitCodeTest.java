package io.tcptracker.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.metrics.ListenException;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExitCodeTest {
    @ParameterizedTest
    @EnumSource
    void captureFailureHasTheCodeOfItsKind(CaptureException.Kind kind) {
        int expected = switch (kind) {
            case NOT_PERMITTED -> 77;
            case UNAVAILABLE, NO_DEVICE, NO_NATIVE_LIBRARY -> 69;
            case MISSING -> 66;
            case DAMAGED -> 65;
            case BAD_FILTER -> 2;
        };
        assertEquals(expected, ExitCode.of(new CaptureException(kind, "")));
    }

    @ParameterizedTest
    @EnumSource
    void firewallFailureHasTheCodeOfItsKind(FirewallException.Kind kind) {
        int expected = switch (kind) {
            case NOT_PERMITTED -> 77;
            case NOT_INSTALLED, UNAVAILABLE, IN_USE, CHAIN_GONE -> 69;
            case FULL, FAILED -> 1;
        };
        assertEquals(expected, ExitCode.of(new FirewallException(kind, "")));
    }

    @ParameterizedTest
    @EnumSource
    void failureToListenHasTheCodeOfItsKind(ListenException.Kind kind) {
        int expected = kind == ListenException.Kind.NOT_PERMITTED ? 77 : 69;
        assertEquals(expected, ExitCode.of(new ListenException(kind, new InetSocketAddress(80), "")));
    }

    @Test
    void wrongConfigurationFileHasItsOwnCode() {
        assertEquals(78, ExitCode.of(new ConfigurationException("")));
    }

    @Test
    void anythingElseIsAFailure() {
        assertEquals(1, ExitCode.of(new IOException()));
        assertEquals(1, ExitCode.of(new IllegalStateException()));
    }
}
