/**
 * The whole flow from a packet source to a firewall: start with {@link io.tcptracker.core.Tracker}. To detect scans in a
 * program of your own, start with {@link io.tcptracker.core.scan.ScanDetector}.
 */
@NullMarked
package io.tcptracker.core;

import org.jspecify.annotations.NullMarked;
