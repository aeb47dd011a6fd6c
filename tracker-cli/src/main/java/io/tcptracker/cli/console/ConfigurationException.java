package io.tcptracker.cli.console;

import java.io.IOException;

/** A configuration file that can't be used; the message says in one line which, where in it, and what is wrong. */
public final class ConfigurationException extends IOException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        super(message);
    }
}
