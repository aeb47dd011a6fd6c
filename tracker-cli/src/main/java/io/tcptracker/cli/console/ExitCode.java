package io.tcptracker.cli.console;

import io.tcptracker.core.ban.Firewall.FirewallException;
import io.tcptracker.core.net.PacketSource.CaptureException;
import io.tcptracker.metrics.ListenException;

/** The exit codes of the process. The numbers above 63 are those of sysexits(3). */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int BAD_INPUT = 65;
    static final int MISSING_INPUT = 66;
    public static final int UNAVAILABLE = 69;
    public static final int NOT_PERMITTED = 77;
    static final int BAD_CONFIGURATION = 78;

    private ExitCode() {}

    /** Returns the exit code for a failure. */
    public static int of(Exception e) {
        if (e instanceof CaptureException capture) {
            return switch (capture.kind()) {
                case NOT_PERMITTED -> NOT_PERMITTED;
                case UNAVAILABLE, NO_DEVICE, NO_NATIVE_LIBRARY -> UNAVAILABLE;
                case MISSING -> MISSING_INPUT;
                case DAMAGED -> BAD_INPUT;
                case BAD_FILTER -> USAGE;
            };
        }
        if (e instanceof FirewallException firewall) {
            return switch (firewall.kind()) {
                case NOT_PERMITTED -> NOT_PERMITTED;
                case NOT_INSTALLED, UNAVAILABLE, IN_USE, CHAIN_GONE -> UNAVAILABLE;
                case FULL, FAILED -> FAILED;
            };
        }
        if (e instanceof ConfigurationException) {
            return BAD_CONFIGURATION;
        }
        if (e instanceof ListenException listen) {
            return listen.kind() == ListenException.Kind.NOT_PERMITTED ? NOT_PERMITTED : UNAVAILABLE;
        }
        return FAILED;
    }
}
