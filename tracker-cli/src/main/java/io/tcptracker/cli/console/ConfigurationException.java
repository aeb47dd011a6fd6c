package io.tcptracker.cli.console;

import java.io.IOException;

/** An invalid or unreadable configuration file. The message has the file, the line and the error, in one line. */
public final class ConfigurationException extends IOException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        super(message);
    }
}
