package io.tcptracker.core;

import io.tcptracker.core.ban.BanListener;
import io.tcptracker.core.net.Segment;
import io.tcptracker.core.scan.Scan;

/**
 * A receiver of what happens, for a log or for metrics. The methods declared here are called on the thread that captures and
 * must not wait for anything. Those of {@link BanListener} are called on the thread that keeps the firewall.
 */
public interface TrackerListener extends BanListener {
    /** Receives an attempt: a source tried to open a connection. */
    default void attempt(Segment attempt) {}

    /** Receives a scan, once while it goes on. */
    default void scan(Scan scan) {}

    /** Receives a scan that has no effect, since too many wait for the firewall. */
    default void scanDropped(Scan scan) {}
}
