package io.tcptracker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcptracker.core.Firewall.FirewallException;
import io.tcptracker.core.PacketSource.CaptureException;
import java.io.IOException;
import java.net.BindException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExitCodeTest {
    @ParameterizedTest
    @EnumSource
    void captureFailureIsToldByItsKind(CaptureException.Kind kind) {
        int expected = switch (kind) {
            case NOT_PERMITTED -> 77;
            case UNAVAILABLE -> 69;
            case DAMAGED -> 65;
            case BAD_FILTER -> 2;
        };
        assertEquals(expected, ExitCode.of(new CaptureException(kind, "")));
    }

    @ParameterizedTest
    @EnumSource
    void firewallFailureIsToldByItsKind(FirewallException.Kind kind) {
        int expected = switch (kind) {
            case NOT_PERMITTED -> 77;
            case UNAVAILABLE, CHAIN_GONE -> 69;
            case FULL, FAILED -> 1;
        };
        assertEquals(expected, ExitCode.of(new FirewallException(kind, "")));
    }

    @Test
    void addressThatCannotBeListenedAtIsUnavailable() {
        assertEquals(69, ExitCode.of(new BindException("in use")));
    }

    @Test
    void wrongConfigurationFileIsToldAsSuch() {
        assertEquals(78, ExitCode.of(new ConfigurationException("")));
    }

    @Test
    void anythingElseIsAFailure() {
        assertEquals(1, ExitCode.of(new IOException()));
        assertEquals(1, ExitCode.of(new IllegalStateException()));
    }
}
