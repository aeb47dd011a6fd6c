package io.tcptracker.cli.options;

/** The defaults that {@code run} and {@code check} share, as they are written on the command line. */
public final class Defaults {
    public static final String LISTEN = "127.0.0.1:8081";
    /** The memory in which packets wait for us, in the kernel. */
    public static final String BUFFER = "32M";

    private Defaults() {}
}
