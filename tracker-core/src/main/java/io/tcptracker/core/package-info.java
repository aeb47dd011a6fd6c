/**
 * Counts connection attempts, detects port scans and decides on bans. Start with {@link
 * io.tcptracker.core.ScanDetector} to detect scans in a program of your own, or with {@link
 * io.tcptracker.core.Tracker} for the whole flow from a packet source to a firewall.
 */
@NullMarked
package io.tcptracker.core;

import org.jspecify.annotations.NullMarked;
